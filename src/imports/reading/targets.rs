//! What a file can be about, and what its values can become. Not how they get there: that is the mapping's.

pub use crate::words::ImportSubject as Subject;

impl Subject {
    /// Every subject.
    pub const ALL: [Subject; 2] = [Subject::Completions, Subject::Staff];

    /// What values can become here. The order is that of the content by which an imported row is known again: new ones go
    /// to the end.
    #[must_use]
    pub fn targets(self) -> &'static [Target] {
        match self {
            Subject::Completions => &[
                Target::PersonReference,
                Target::Name,
                Target::Email,
                Target::BirthDate,
                Target::Competence,
                Target::Course,
                Target::Outcome,
                Target::On,
                Target::Hours,
                Target::Result,
                Target::Run,
                Target::Event,
                Target::OrderedBy,
                Target::OrdererReference,
            ],
            Subject::Staff => &[
                Target::PersonReference,
                Target::Name,
                Target::Email,
                Target::BirthDate,
                Target::Mobile,
                Target::Position,
                Target::Team,
                Target::From,
                Target::To,
            ],
        }
    }

    /// What a mapping cannot do without: of each group, at least one.
    #[must_use]
    pub fn needs(self) -> &'static [&'static [Target]] {
        match self {
            Subject::Completions => {
                &[&[Target::PersonReference, Target::Email], &[Target::Competence, Target::Course], &[Target::Outcome]]
            }
            Subject::Staff => &[&[Target::PersonReference, Target::Email], &[Target::From]],
        }
    }
}

macro_rules! targets {
    ($($target:ident = $name:literal, $doc:literal;)+) => {
        /// What a value of a row becomes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Target { $(#[doc = $doc] $target,)+ }

        impl Target {
            /// Every target.
            pub const ALL: [Target; [$($name),+].len()] = [$(Target::$target),+];

            /// Its name in a mapping.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Target::$target => $name,)+ }
            }
        }
    };
}

targets! {
    PersonReference = "person_reference", "The other system's reference for the person.";
    Name = "name", "The person's name.";
    Email = "email", "The person's e-mail address.";
    BirthDate = "birth_date", "The person's birth date.";
    Competence = "competence", "The code of the competence.";
    Course = "course", "The course, where it leads to no competence or says which.";
    Outcome = "outcome", "passed, distinction, failed, withdrawn or attended.";
    On = "on", "The day of the outcome.";
    Hours = "hours", "The hours taken part.";
    Result = "result", "The result in the other system's words: a score, a grade.";
    Run = "run", "Which run of the course.";
    Event = "event", "What joins the completions of one taking part.";
    OrderedBy = "ordered_by", "The organisation number of who ordered the training.";
    OrdererReference = "orderer_reference", "The orderer's reference for the person.";
    Mobile = "mobile", "The person's mobile number.";
    Position = "position", "What the person works as.";
    Team = "team", "The team the person works in.";
    From = "from", "The first day of the employment.";
    To = "to", "The last day of the employment.";
}

impl Target {
    /// How many there are.
    pub const COUNT: usize = Target::ALL.len();

    /// The target of this name.
    pub(super) fn of(name: &str) -> Option<Target> {
        Target::ALL.into_iter().find(|target| target.name() == name)
    }

    /// Whether its values are days, given as `yyyy-mm-dd` whatever the file writes.
    #[must_use]
    pub fn is_day(self) -> bool {
        matches!(self, Target::On | Target::BirthDate | Target::From | Target::To)
    }

    /// Its place in [`Target::ALL`].
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_subject_needs_is_among_its_targets_and_every_target_has_a_subject() {
        for subject in Subject::ALL {
            let targets = subject.targets();
            assert!(subject.needs().iter().all(|group| group.iter().all(|target| targets.contains(target))));
        }
        for target in Target::ALL {
            assert!(Subject::ALL.iter().any(|subject| subject.targets().contains(&target)), "{}", target.name());
        }
    }
}
