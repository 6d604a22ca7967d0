//! Draws what was laid out, and says what each part is to those who listen.

use std::num::NonZeroU16;

use chrono::Datelike;
use fast_qr::{ECL, QRBuilder};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, Configuration, ConfigurationBuilder},
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::{PathBuilder, Point, Rect, Size, Transform},
    metadata::{DateTime, Metadata},
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, Identifier, SpanTag, TableHeaderScope, Tag, TagGroup, TagTree},
    text::TextDirection,
};

use super::{
    About, Attached,
    letters::{pieces, width_of_piece},
    pictures::Pictures,
    sheet::{HEIGHT, Ink, Laid, MARGIN, Part, Placed, Rule, SQUARE, TEXT_WIDTH, WIDTH},
};
use crate::platform::problem::Problem;

/// The white around a QR code, in its modules (ISO/IEC 18004, 9.1).
const QUIET: usize = 4;

/// Draws the document, with the files it carries.
pub(crate) fn drawn(
    about: &About<'_>,
    pictures: &Pictures,
    laid: &Laid,
    attached: &[Attached<'_>],
) -> Result<Vec<u8>, Problem> {
    let settings =
        SerializeSettings { configuration: standards()?, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let mut marks = Marks::of(&laid.parts);
    let inks = Inks::of(about);
    for page in 0..laid.pages {
        let size = PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Problem::internal("a page has a size"))?;
        let mut sheet = document.start_page_with(size);
        let mut surface = sheet.surface();
        decoration(&mut surface, inks)?;
        for (part, marks) in laid.parts.iter().zip(&mut marks.0) {
            draw_part(&mut surface, (inks, pictures), part, page, marks)?;
        }
        for foot in laid.feet.iter().filter(|foot| foot.page == page) {
            let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
            draw_line(&mut surface, inks, foot);
            surface.end_tagged();
        }
        surface.finish();
        sheet.finish();
    }
    let tree = tree(about, laid, marks)?;
    document.set_tag_tree(tree);
    let mut outline = Outline::new();
    outline.push_child(OutlineNode::new(
        laid.title.clone(),
        krilla::destination::XyzDestination::new(0, Point::from_xy(0.0, 0.0)),
    ));
    document.set_outline(outline);
    document.set_metadata(metadata(about, laid));
    for file in attached {
        let carried = document.embed_file(embedded(about, file));
        carried.ok_or_else(|| Problem::internal("two files are called the same"))?;
    }
    document.finish().map_err(|error| Problem::internal(format!("a document breaks its standard: {error:?}")))
}

fn standards() -> Result<Configuration, Problem> {
    ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| Problem::internal(format!("{error:?}")))
}

/// A file that is carried along, as the source of what the page shows.
fn embedded(about: &About<'_>, file: &Attached<'_>) -> EmbeddedFile {
    EmbeddedFile {
        path: file.name.clone(),
        mime_type: MimeType::new(file.media_type),
        description: Some(file.says.clone()),
        association_kind: AssociationKind::Source,
        data: file.bytes.to_vec().into(),
        modification_date: Some(dated(about)),
        compress: Some(true),
        location: None,
    }
}

fn dated(about: &About<'_>) -> DateTime {
    let date = about.on.date();
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    DateTime::new(u16::try_from(date.year()).unwrap_or(0)).month(part(date.month())).day(part(date.day()))
}

/// Everything that a program writes into a file without being asked is said here, so that the same facts are the same bytes.
fn metadata(about: &About<'_>, laid: &Laid) -> Metadata {
    Metadata::new()
        .title(laid.title.clone())
        .authors(vec![about.author.to_owned()])
        .language(about.lang.code().to_owned())
        .creator("Attest".to_owned())
        .document_id(about.id.clone())
        .creation_date(dated(about))
}

/// The marks of a part's contents on its pages, cell by cell.
struct Marks(Vec<Vec<Vec<Identifier>>>);

impl Marks {
    fn of(parts: &[Part]) -> Self {
        Self(
            parts
                .iter()
                .map(|part| match part {
                    Part::Table { rows, .. } => vec![Vec::new(); rows.iter().map(Vec::len).sum()],
                    _ => vec![Vec::new()],
                })
                .collect(),
        )
    }
}

fn draw_part(
    surface: &mut Surface<'_>,
    (inks, pictures): (Inks, &Pictures),
    part: &Part,
    page: usize,
    marks: &mut [Vec<Identifier>],
) -> Result<(), Problem> {
    match part {
        Part::Heading(_, lines) | Part::Paragraph(lines) => draw_lines(surface, inks, lines, page, &mut marks[0]),
        Part::Table { rows, repeated, rules } => {
            draw_repeated(surface, inks, repeated, page);
            rules.iter().filter(|rule| rule.page == page).try_for_each(|rule| draw_rule(surface, inks, rule))?;
            for (cell, marks) in rows.iter().flatten().zip(marks) {
                draw_lines(surface, inks, cell, page, marks);
            }
        }
        Part::Square { page: on, x, y, address, .. } if *on == page => {
            marks[0].push(surface.start_tagged(ContentTag::Other));
            let drawn = draw_square(surface, inks, *x, *y, address);
            surface.end_tagged();
            drawn?;
        }
        Part::Picture { which, x, y, width, height, .. } if page == 0 => {
            let (Some(image), Some(size)) = (pictures.get(*which), Size::from_wh(*width, *height)) else {
                return Err(Problem::internal("a picture has a size"));
            };
            marks[0].push(surface.start_tagged(ContentTag::Other));
            surface.push_transform(&Transform::from_translate(*x, *y));
            surface.draw_image(image.clone(), size);
            surface.pop();
            surface.end_tagged();
        }
        Part::Square { .. } | Part::Picture { .. } => {}
    }
    Ok(())
}

/// Those who listen were told the columns once, and are told again by their program at each cell if they wish.
fn draw_repeated(surface: &mut Surface<'_>, inks: Inks, lines: &[Placed], page: usize) {
    for line in lines.iter().filter(|line| line.page == page) {
        let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)));
        draw_line(surface, inks, line);
        surface.end_tagged();
    }
}

fn draw_lines(surface: &mut Surface<'_>, inks: Inks, lines: &[Placed], page: usize, marks: &mut Vec<Identifier>) {
    for line in lines.iter().filter(|line| line.page == page) {
        let span = SpanTag { lang: None, alt_text: None, expanded: None, actual_text: None };
        marks.push(surface.start_tagged(ContentTag::Span(span)));
        draw_line(surface, inks, line);
        surface.end_tagged();
    }
}

fn draw_line(surface: &mut Surface<'_>, inks: Inks, line: &Placed) {
    surface.set_fill(Some(inks.fill(line.style.ink)));
    let mut x = line.x;
    for (face, piece) in pieces(&line.text, line.style.weight) {
        let at = Point::from_xy(x, line.y);
        surface.draw_text(at, face.font.clone(), line.style.size, &piece, false, TextDirection::LeftToRight);
        x += width_of_piece(face, &piece, line.style.size);
    }
}

/// What the inks look like on this document.
#[derive(Clone, Copy)]
struct Inks {
    accent: rgb::Color,
}

impl Inks {
    fn of(about: &About<'_>) -> Self {
        let [red, green, blue] = about.accent;
        Self { accent: rgb::Color::new(red, green, blue) }
    }

    fn fill(self, ink: Ink) -> Fill {
        let colour = match ink {
            Ink::Black => rgb::Color::new(20, 24, 31),
            Ink::Grey => rgb::Color::new(82, 90, 102),
            Ink::Accent => self.accent,
        };
        Fill { paint: colour.into(), ..Fill::default() }
    }
}

/// A band along the upper edge.
fn decoration(surface: &mut Surface<'_>, inks: Inks) -> Result<(), Problem> {
    draw_ornament(surface, inks.fill(Ink::Accent), (0.0, 0.0, WIDTH, 14.0))
}

fn draw_rule(surface: &mut Surface<'_>, inks: Inks, rule: &Rule) -> Result<(), Problem> {
    draw_ornament(surface, inks.fill(Ink::Grey), (MARGIN, rule.y, TEXT_WIDTH, 0.5))
}

/// No part of what is said.
fn draw_ornament(
    surface: &mut Surface<'_>,
    fill: Fill,
    (x, y, width, height): (f32, f32, f32, f32),
) -> Result<(), Problem> {
    let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
    surface.set_fill(Some(fill));
    let mut path = PathBuilder::new();
    path.push_rect(Rect::from_xywh(x, y, width, height).ok_or_else(|| Problem::internal("an ornament has a size"))?);
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.end_tagged();
    Ok(())
}

/// The code as squares of ink: it stays sharp at any size. Level M mends what a fold or a stain takes.
fn draw_square(surface: &mut Surface<'_>, inks: Inks, x: f32, y: f32, address: &str) -> Result<(), Problem> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().map_err(|error| Problem::internal(format!("{error:?}")))?;
    let module = SQUARE / (code.size + 2 * QUIET) as f32;
    let edge = |n: usize| (n + QUIET) as f32;
    let mut path = PathBuilder::new();
    for row in 0..code.size {
        let mut column = 0;
        while column < code.size {
            let dark = (column..code.size).take_while(|n| code[row][*n].value()).count();
            // What is dark side by side is one rectangle: seams between squares would show.
            if let Some(run) = Rect::from_xywh(edge(column), edge(row), dark as f32, 1.0) {
                path.push_rect(run);
            }
            column += dark.max(1);
        }
    }
    surface.set_fill(Some(inks.fill(Ink::Black)));
    // Counted in modules, the squares are written in whole numbers, which take fewer bytes.
    surface.push_transform(&Transform::from_row(module, 0.0, 0.0, module, x, y));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
    surface.pop();
    Ok(())
}

/// What each part is, in the order in which it is read.
fn tree(about: &About<'_>, laid: &Laid, marks: Marks) -> Result<TagTree, Problem> {
    let mut tree = TagTree::new().with_lang(Some(about.lang.code().to_owned()));
    for (part, cells) in laid.parts.iter().zip(marks.0) {
        let mut cells = cells.into_iter();
        match part {
            Part::Heading(level, lines) => {
                let level = NonZeroU16::new(*level).ok_or_else(|| Problem::internal("levels begin at one"))?;
                let text = lines.iter().map(|line| line.text.as_str()).collect::<String>();
                tree.push(group(TagGroup::new(Tag::Hn(level, Some(text))), cells.next()));
            }
            Part::Paragraph(_) => tree.push(group(TagGroup::new(Tag::P), cells.next())),
            Part::Square { says, .. } | Part::Picture { says, .. } => {
                tree.push(group(TagGroup::new(Tag::Figure(Some(says.clone()))), cells.next()));
            }
            Part::Table { rows, .. } => tree.push(table(rows, &mut cells)),
        }
    }
    Ok(tree)
}

fn table(rows: &[Vec<Vec<Placed>>], cells: &mut impl Iterator<Item = Vec<Identifier>>) -> TagGroup {
    let mut table = TagGroup::new(Tag::Table);
    for (n, row) in rows.iter().enumerate() {
        let mut line = TagGroup::new(Tag::TR);
        for _ in row {
            let cell = match n {
                0 => TagGroup::new(Tag::TH(TableHeaderScope::Column)),
                _ => TagGroup::new(Tag::TD),
            };
            line.push(group(cell, cells.next()));
        }
        table.push(line);
    }
    table
}

fn group(mut group: TagGroup, marks: Option<Vec<Identifier>>) -> TagGroup {
    marks.into_iter().flatten().for_each(|mark| group.push(mark));
    group
}
