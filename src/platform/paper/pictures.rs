//! The pictures a document is drawn with.

use krilla::image::Image;

use crate::platform::problem::Problem;

/// The pictures a document is drawn with.
#[derive(Clone, Default)]
pub struct Pictures {
    pub(crate) photo: Option<Image>,
    pub(crate) logo: Option<Image>,
}

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    Photo,
    Logo,
}

impl Pictures {
    /// A photo, as a JPEG, and a logo, as a PNG.
    ///
    /// # Errors
    /// Of another kind they cannot be drawn.
    pub fn read(photo: Option<Vec<u8>>, logo: Option<Vec<u8>>) -> Result<Self, Problem> {
        let photo = photo.map(|bytes| Image::from_jpeg(bytes.into(), false)).transpose();
        let logo = logo.map(|bytes| Image::from_png(bytes.into(), false)).transpose();
        Ok(Self { photo: photo.map_err(Problem::internal)?, logo: logo.map_err(Problem::internal)? })
    }

    pub(crate) fn get(&self, which: Which) -> Option<&Image> {
        match which {
            Which::Photo => self.photo.as_ref(),
            Which::Logo => self.logo.as_ref(),
        }
    }
}
