//! Exports: a whole list as a file, for spreadsheets or for machines. Nobody gets more by a file than by the list: the same
//! people may, the same rows and parts are there, and what is disclosed is written down before it leaves.

pub mod actions;
pub mod routes;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    completions::Completion,
    organisations::staff::Employment,
    people::Card,
    platform::sheet::{Cell, Row},
    words::*,
};

impl Row for Completion {
    const COLUMNS: &'static [&'static str] = &[
        "reference",
        "name",
        "competence",
        "competence_name",
        "course",
        "course_title",
        "outcome",
        "on",
        "hours",
        "result",
        "run",
        "recorder_name",
        "ground",
        "recorded_at",
        "version",
        "completion",
        "person",
        "event_id",
        "recorder",
        "ordered_by",
    ];

    fn cells(&self, lang: Lang) -> Vec<Cell> {
        let competence = self.competence.as_ref();
        let course = self.course.as_ref();
        vec![
            Cell::text(self.person.external_reference.as_ref()),
            Cell::text(self.person.name.as_ref()),
            Cell::text(competence.map(|competence| &competence.code)),
            Cell::text(competence.map(|competence| competence.name.lang(lang))),
            Cell::text(course.map(|course| &course.code)),
            Cell::text(course.map(|course| course.title.lang(lang))),
            Cell::text(Some(self.outcome)),
            Cell::text(self.on),
            Cell::number(self.hours),
            Cell::figure(self.result.as_deref()),
            Cell::text(self.run.as_ref()),
            Cell::text(Some(&self.recorder.name)),
            Cell::text(Some(self.ground)),
            Cell::text(Some(self.recorded_at)),
            Cell::text(Some(self.version)),
            Cell::text(Some(self.id)),
            Cell::text(Some(self.person.id)),
            Cell::text(self.event_id),
            Cell::text(Some(self.recorder.id)),
            Cell::text(self.ordered_by),
        ]
    }
}

/// Somebody who is or was employed, with what the employer's card says: all that is needed to import the staff again.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffMember {
    /// The employment.
    pub employment: EmploymentId,
    /// The person, as the employer's card has it.
    pub person: PersonId,
    /// The employer's own reference.
    pub reference: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// The day of birth.
    pub birth_date: Option<Day>,
    /// Mobile number, with country code.
    pub mobile: Option<String>,
    /// Position.
    pub position: Option<String>,
    /// The name of the team, if there is one.
    pub team: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day, if it is known.
    pub to: Option<Day>,
}

impl StaffMember {
    fn of(employment: Employment, card: Option<Card>, team: Option<String>) -> Self {
        let Employment { id, person, name, external_reference, from, to, .. } = employment;
        let (emails, birth_date, mobile, position) =
            card.map_or_else(Default::default, |card| (card.emails, card.birth_date, card.mobile, card.position));
        Self {
            employment: id,
            person,
            reference: external_reference,
            name,
            emails,
            birth_date,
            mobile,
            position,
            team,
            from,
            to,
        }
    }
}

impl Row for StaffMember {
    const COLUMNS: &'static [&'static str] =
        &["reference", "name", "email", "birth_date", "mobile", "position", "team", "from", "to"];

    fn cells(&self, _: Lang) -> Vec<Cell> {
        vec![
            Cell::text(self.reference.as_ref()),
            Cell::text(self.name.as_ref()),
            Cell::text(Some(self.emails.join(", "))),
            Cell::text(self.birth_date),
            Cell::text(self.mobile.as_ref()),
            Cell::text(self.position.as_ref()),
            Cell::text(self.team.as_ref()),
            Cell::text(Some(self.from)),
            Cell::text(self.to),
        ]
    }
}
