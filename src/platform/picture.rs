//! Pictures that somebody sends: looked at with suspicion, turned upright, cut to shape and written anew, so that nothing is
//! left of what a camera writes into its files (where it was, whose it is), and nothing of what somebody may have hidden in
//! them.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, Rgba,
    codecs::jpeg::JpegEncoder,
    imageops::{FilterType, overlay},
    metadata::Orientation,
};
use tokio::sync::Semaphore;

use super::problem::Problem;
use crate::words::Fault;

/// The largest file that is taken, in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The longest side, in pixels: more than any camera has.
const LONGEST: u32 = 12_000;
/// The most it may unpack to, in bytes: fifty million pixels of a photo.
const MOST_UNPACKED: u64 = 160_000_000;
/// How many pictures are worked on at once: each may take twice that for a moment.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Part of a picture, in pixels of the upright one, from its upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// From the left edge.
    pub left: u32,
    /// From the upper edge.
    pub top: u32,
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
}

/// What becomes of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A portrait of three to four, as a JPEG of 480 by 640: cut where somebody said, or in the middle.
    Portrait(Option<Cut>),
    /// A logo on white, as a PNG, whole.
    Logo,
}

const PORTRAIT: (u32, u32) = (480, 640);
/// Smaller ones show nobody.
const LEAST_PORTRAIT: (u32, u32) = (180, 240);
/// For 170 by 60 points in print at 300 to the inch.
const MOST_LOGO: (u32, u32) = (710, 250);
const QUALITY: u8 = 85;

/// A picture as it is kept.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Its media type.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Looks at a picture and writes it anew, off the loop that answers everybody.
///
/// # Errors
/// 422 saying what is wrong with it.
pub async fn reshaped(bytes: Vec<u8>, shape: Shape) -> Result<Picture, Problem> {
    let _turn = AT_ONCE.acquire().await.map_err(Problem::internal)?;
    let work = tokio::task::spawn_blocking(move || reshape(&bytes, shape)).await;
    work.map_err(|_| Problem::internal("a picture broke off"))?
}

fn reshape(bytes: &[u8], shape: Shape) -> Result<Picture, Problem> {
    let upright = upright(bytes)?;
    match shape {
        Shape::Portrait(cut) => portrait(&upright, cut),
        Shape::Logo => logo(&upright),
    }
}

/// The picture, turned as the camera was held. Its size is looked at before its pixels.
fn upright(bytes: &[u8]) -> Result<DynamicImage, Problem> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| not_a_picture())?;
    if !matches!(reader.format(), Some(ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP)) {
        return Err(not_a_picture());
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_UNPACKED);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| not_a_picture())?;
    let (width, height) = decoder.dimensions();
    if width.max(height) > LONGEST || decoder.total_bytes() > MOST_UNPACKED {
        return Err(unfit(
            "Bildet har for mange bildepunkter. Høyst 12 000 i hver retning og 50 millioner i alt; gjør det mindre og send \
             det på nytt.",
            "The picture has too many pixels. At most 12,000 each way and 50 million in all; make it smaller and send it \
             again.",
        ));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| {
        unfit("Bildet er skadet. Lagre det på nytt og send det.", "The picture is damaged. Save it anew and send it.")
    })?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn portrait(upright: &DynamicImage, cut: Option<Cut>) -> Result<Picture, Problem> {
    let cut = cut.unwrap_or_else(|| middle(upright.width(), upright.height()));
    let fits = |from: u32, long: u32, whole: u32| from.checked_add(long).is_some_and(|end| end <= whole);
    if !fits(cut.left, cut.width, upright.width()) || !fits(cut.top, cut.height, upright.height()) {
        return Err(unfit(
            "Utsnittet går utenfor bildet. Regn i bildepunkter fra øvre venstre hjørne, slik bildet vises.",
            "The part to cut out reaches beyond the picture. Count pixels from the upper left corner of the picture as it is \
             shown.",
        ));
    }
    if cut.width < LEAST_PORTRAIT.0 || cut.height < LEAST_PORTRAIT.1 {
        return Err(unfit(
            "Bildet er for lite til å kjenne noen igjen på. Det må være minst 180 bildepunkter bredt og 240 høyt.",
            "The picture is too small to recognise anybody. It must be at least 180 pixels wide and 240 high.",
        ));
    }
    let part = upright.crop_imm(cut.left, cut.top, cut.width, cut.height);
    // What somebody cut out differently is cut to the same proportions, not squeezed.
    let Cut { left, top, width, height } = middle(part.width(), part.height());
    let part =
        on_white(&part.crop_imm(left, top, width, height).resize_exact(PORTRAIT.0, PORTRAIT.1, FilterType::CatmullRom));
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&part).map_err(Problem::internal)?;
    Ok(Picture { media_type: "image/jpeg", bytes })
}

/// The largest part of three to four in the middle.
fn middle(width: u32, height: u32) -> Cut {
    let (wide, high) = PORTRAIT;
    let (w, h) = if u64::from(width) * u64::from(high) > u64::from(height) * u64::from(wide) {
        (scaled(height, wide, high), height)
    } else {
        (width, scaled(width, high, wide))
    };
    let (w, h) = (w.min(width), h.min(height));
    Cut { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h }
}

fn scaled(length: u32, by: u32, of: u32) -> u32 {
    u32::try_from(u64::from(length) * u64::from(by) / u64::from(of)).unwrap_or(u32::MAX).max(1)
}

fn logo(upright: &DynamicImage) -> Result<Picture, Problem> {
    let (most_wide, most_high) = MOST_LOGO;
    let is_large = upright.width() > most_wide || upright.height() > most_high;
    let small = if is_large { upright.resize(most_wide, most_high, FilterType::CatmullRom) } else { upright.clone() };
    let mut bytes = Vec::new();
    on_white(&small).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).map_err(Problem::internal)?;
    Ok(Picture { media_type: "image/png", bytes })
}

/// Paper is white; what shines through would be black on some printers.
fn on_white(picture: &DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.to_rgb8();
    }
    let mut paper = image::RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255; 4]));
    overlay(&mut paper, &picture.to_rgba8(), 0, 0);
    DynamicImage::ImageRgba8(paper).to_rgb8()
}

fn not_a_picture() -> Problem {
    unfit(
        "Filen er ikke et bilde som kan leses. Send et bilde i formatet JPEG, PNG eller WebP.",
        "The file is no picture that can be read. Send a picture as JPEG, PNG or WebP.",
    )
}

fn unfit(nb: &str, en: &str) -> Problem {
    Problem::at("", Fault::File { nb: nb.to_owned(), en: en.to_owned() })
}

#[cfg(test)]
mod tests {
    use image::GenericImageView;

    use super::*;

    fn png(picture: &DynamicImage) -> Vec<u8> {
        let mut bytes = Vec::new();
        picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).expect("written");
        bytes
    }

    /// Red above, blue below.
    fn two_colours(width: u32, height: u32) -> DynamicImage {
        let colour = |_, y| if y < height / 2 { image::Rgb([255, 0, 0]) } else { image::Rgb([0, 0, 255]) };
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, colour))
    }

    fn read(picture: &Picture) -> DynamicImage {
        image::load_from_memory(&picture.bytes).expect("a picture")
    }

    fn says(outcome: Result<Picture, Problem>) -> String {
        let problem = outcome.expect_err("refused");
        problem.findings[0].fault.remedy(crate::words::Lang::En)
    }

    #[test]
    fn a_portrait_is_cut_to_shape_in_the_middle_or_where_somebody_said() {
        for (width, height) in [(480, 640), (640, 480), (3000, 4000), (181, 900)] {
            let kept = reshape(&png(&two_colours(width, height)), Shape::Portrait(None)).expect("fits");
            assert_eq!((read(&kept).dimensions(), kept.media_type), (PORTRAIT, "image/jpeg"), "{width} {height}");
        }
        let lower = Cut { left: 10, top: 520, width: 300, height: 400 };
        let kept = reshape(&png(&two_colours(1000, 1000)), Shape::Portrait(Some(lower))).expect("fits");
        let [red, _, blue, _] = read(&kept).get_pixel(240, 320).0;
        assert!(blue > 200 && red < 50, "only of the lower half");
    }

    #[test]
    fn a_picture_stands_as_the_camera_was_held_and_says_nothing_of_it() {
        let mut bytes = Vec::new();
        JpegEncoder::new(&mut bytes).encode_image(&two_colours(400, 600)).expect("written");
        // Behind the first marker: an Exif segment that says «upside down» and where it was.
        let mut exif =
            b"\xff\xe1\0\x3aExif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0".to_vec();
        exif.extend_from_slice(b"GPS 59.9139N 10.7522E!!");
        exif[3] = u8::try_from(exif.len() - 2).expect("short");
        bytes.splice(2..2, exif);
        let kept = reshape(&bytes, Shape::Portrait(None)).expect("fits");
        let [red, _, blue, _] = read(&kept).get_pixel(240, 20).0;
        assert!(blue > 200 && red < 50, "turned");
        assert!(!kept.bytes.windows(4).any(|window| window == b"Exif" || window == b"GPS "));
    }

    #[test]
    fn a_logo_keeps_its_shape_and_stands_on_white() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(1400, 100, Rgba([0, 0, 0, 0])));
        let kept = reshape(&png(&clear), Shape::Logo).expect("fits");
        let shown = read(&kept);
        assert_eq!((shown.dimensions(), shown.get_pixel(5, 5).0), ((710, 51), [255; 4]));
    }

    #[test]
    fn what_is_no_picture_or_none_that_fits_is_refused_with_the_reason() {
        let script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
        let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
        for bytes in [&b""[..], b"%PDF-1.7", script, gif, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10JFIF\0"] {
            assert!(says(reshape(bytes, Shape::Logo)).contains("no picture"), "{bytes:?}");
        }
        let whole = png(&two_colours(200, 300));
        assert!(says(reshape(&whole[..whole.len() / 2], Shape::Logo)).contains("damaged"));
        let small = Shape::Portrait(None);
        assert!(says(reshape(&png(&two_colours(170, 300)), small)).contains("too small"));
        for cut in [(u32::MAX, 0), (100, 0), (0, 100)] {
            let cut = Cut { left: cut.0, top: cut.1, width: 190, height: 260 };
            let outside = reshape(&whole, Shape::Portrait(Some(cut)));
            assert!(says(outside).contains("beyond the picture"), "{cut:?}");
        }
    }

    /// 50,000 by 50,000 pixels of one colour are some kilobytes as a file and ten gigabytes as a picture.
    #[test]
    fn a_bomb_is_known_by_its_first_bytes() {
        let mut header = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0".to_vec();
        header.extend_from_slice(&crc(&header[12..]).to_be_bytes());
        header.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e");
        assert!(says(reshape(&header, Shape::Portrait(None))).contains("too many pixels"));
        header[16..24].copy_from_slice(b"\0\0\x1f\x40\0\0\x1f\x40");
        let checked = crc(&header[12..29]).to_be_bytes();
        header[29..33].copy_from_slice(&checked);
        assert!(says(reshape(&header, Shape::Portrait(None))).contains("too many pixels"), "64 million");
    }

    /// The check sum of PNG (ISO/IEC 15948, annex D).
    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 })
        })
    }
}
