//! What can be done with courses, and who may. Reading is for anyone and asks for no permit.

use crate::{
    access::{Action, Demand, Whom},
    catalogue::competences::actions::of_a_provider,
    words::{CourseId, OrganisationId},
};

/// A provider adds a course.
#[derive(Clone, Copy, Debug)]
pub struct AddCourse {
    /// The organisation the header names.
    pub acting: Option<OrganisationId>,
}

impl Action for AddCourse {
    const NAME: &'static str = "add_course";
    fn demand(&self) -> Demand {
        of_a_provider(Whom::Acting(self.acting))
    }
}

/// A provider changes a course of its own.
#[derive(Clone, Copy, Debug)]
pub struct ChangeCourse {
    /// The course.
    pub course: CourseId,
    /// Whose it is.
    pub provider: OrganisationId,
}

impl Action for ChangeCourse {
    const NAME: &'static str = "change_course";
    fn demand(&self) -> Demand {
        of_a_provider(Whom::Named(self.provider))
    }
}
