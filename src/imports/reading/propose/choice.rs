//! Which column becomes which target. One column for one target: of several the one whose name is clearest, then the first;
//! the others are left unused.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde_json::{Map, Value, json};

use super::super::dates;
use super::super::mapping::Format;
use super::super::targets::{Subject, Target};
use super::names::{self, Part};
use super::outcomes;
use super::sample::{Sample, Sampled};
use super::values;

/// Those whose values tell most choose first, so that `completed` is a day where it holds days.
const ORDER: [Target; 18] = [
    Target::Email,
    Target::BirthDate,
    Target::On,
    Target::From,
    Target::To,
    Target::Outcome,
    Target::OrderedBy,
    Target::PersonReference,
    Target::Competence,
    Target::Course,
    Target::Hours,
    Target::Run,
    Target::Event,
    Target::Result,
    Target::Mobile,
    Target::Position,
    Target::Team,
    Target::OrdererReference,
];

/// The chosen columns, by their place in the sample.
pub struct Choice<'s> {
    subject: Subject,
    sample: &'s Sample,
    meanings: Vec<Vec<(Part, usize)>>,
    columns: BTreeMap<Target, usize>,
    name_parts: Vec<usize>,
    key: Vec<usize>,
}

impl<'s> Choice<'s> {
    /// Chooses.
    pub fn make(subject: Subject, sample: &'s Sample) -> Self {
        let meanings = sample.columns.iter().map(|column| names::meanings(subject, &column.name)).collect();
        let (columns, name_parts, key) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut choice = Choice { subject, sample, meanings, columns, name_parts, key };
        for target in ORDER.into_iter().filter(|target| subject.targets().contains(target)) {
            choice.choose(target);
        }
        choice.choose_name();
        choice.choose_outcome_by_its_words();
        choice.leave_out_what_needs_another();
        choice.key = choice.key();
        choice
    }

    fn choose(&mut self, target: Target) {
        if let Some(place) = self.clearest(Part::Whole(target), |column| bears_out(target, column, self.sample.whole)) {
            self.columns.insert(target, place);
        }
    }

    /// The usable column that is called most clearly what is wanted, is not taken, and has values that bear it out; one with
    /// values before one without.
    fn clearest(&self, part: Part, bears_out: impl Fn(&Sampled) -> bool) -> Option<usize> {
        let columns = self.sample.columns.iter().enumerate();
        let candidates = columns.filter_map(|(place, column)| {
            let (_, rank) = self.meanings[place].iter().find(|(means, _)| *means == part)?;
            let free = column.usable && !self.is_taken(place, part);
            (free && bears_out(column)).then_some((column.says_nothing(), *rank, place))
        });
        candidates.min().map(|(.., place)| place)
    }

    /// An address by which somebody signs in is the person's reference too.
    fn is_taken(&self, place: usize, part: Part) -> bool {
        let by_email = self.columns.get(&Target::Email) == Some(&place) && part == Part::Whole(Target::PersonReference);
        !by_email && (self.columns.values().any(|taken| *taken == place) || self.name_parts.contains(&place))
    }

    /// First and last name say more surely than a whole name which is which.
    fn choose_name(&mut self) {
        let any = |_: &Sampled| true;
        if let (Some(first), Some(last)) = (self.clearest(Part::FirstName, any), self.clearest(Part::LastName, any)) {
            let middle = self.clearest(Part::MiddleName, any);
            self.name_parts = [Some(first), middle, Some(last)].into_iter().flatten().collect();
        } else {
            self.choose(Target::Name);
        }
    }

    /// A column called by a name of its own, `Truck vår 2026`, whose every value says how it ended.
    fn choose_outcome_by_its_words(&mut self) {
        if self.subject != Subject::Completions || self.columns.contains_key(&Target::Outcome) {
            return;
        }
        let columns = self.sample.columns.iter().enumerate();
        let free =
            columns.filter(|(place, column)| column.usable && !self.columns.values().any(|taken| taken == place));
        let found: Vec<usize> =
            free.filter(|(_, column)| outcomes::are_all_words(column)).map(|(place, _)| place).collect();
        if let [only] = found[..] {
            self.columns.insert(Target::Outcome, only);
        }
    }

    fn leave_out_what_needs_another(&mut self) {
        if !self.columns.contains_key(&Target::OrderedBy) {
            self.columns.remove(&Target::OrdererReference);
        }
    }

    fn column(&self, target: Target) -> Option<&'s Sampled> {
        self.columns.get(&target).map(|&place| &self.sample.columns[place])
    }

    fn place_if_full(&self, target: Target) -> Option<usize> {
        self.columns.get(&target).copied().filter(|&place| self.sample.columns[place].is_full())
    }

    /// What a row is known again by. The day of a completion belongs to it where there is no run: renewed in five years, it
    /// is another completion and not a correction of this one.
    fn key(&self) -> Vec<usize> {
        let either = |one, other| self.place_if_full(one).or_else(|| self.place_if_full(other));
        let any = |one, other| self.columns.get(&one).or_else(|| self.columns.get(&other)).copied();
        let person =
            either(Target::PersonReference, Target::Email).or_else(|| any(Target::PersonReference, Target::Email));
        let Some(person) = person else {
            return Vec::new();
        };
        let mut key = vec![person];
        if self.subject == Subject::Completions {
            key.extend([Target::Competence, Target::Course].iter().filter_map(|&target| self.place_if_full(target)));
            if key.len() == 1 {
                key.extend(any(Target::Competence, Target::Course));
            }
            let more =
                [Target::Run, Target::On, Target::Event].into_iter().filter_map(|target| self.place_if_full(target));
            for (nth, place) in more.enumerate() {
                if nth == 0 || !self.are_unique(&key) {
                    key.push(place);
                }
            }
        }
        let mut seen = HashSet::new();
        key.retain(|place| seen.insert(*place));
        key
    }

    fn are_unique(&self, key: &[usize]) -> bool {
        let rows = self.sample.columns.first().map_or(0, |column| column.values.len());
        let mut seen = HashSet::new();
        (0..rows).all(|row| {
            seen.insert(key.iter().map(|&place| self.sample.columns[place].values[row].as_str()).collect::<Vec<_>>())
        })
    }

    /// Built like a mapping file.
    pub fn mapping(&self) -> Map<String, Value> {
        let mut mapping = Map::new();
        mapping.insert("source".into(), "import".into());
        if !self.key.is_empty() {
            mapping.insert("key".into(), self.template(&self.key, "/").into());
        }
        mapping.insert("file".into(), self.file());
        let fields = self.columns.keys().map(|&target| (target.name().to_owned(), self.field(target)));
        let mut fields: Map<String, Value> = fields.collect();
        if !self.name_parts.is_empty() {
            let name = json!({ "template": self.template(&self.name_parts, " ") });
            fields.insert(Target::Name.name().into(), name);
        }
        mapping.insert("fields".into(), Value::Object(fields));
        mapping
    }

    fn template(&self, places: &[usize], between: &str) -> String {
        let columns: Vec<String> =
            places.iter().map(|&place| format!("{{{}}}", self.sample.columns[place].name)).collect();
        columns.join(between)
    }

    fn file(&self) -> Value {
        let shape = &self.sample.file;
        let mut file = json!({ "format": shape.format.name(), "encoding": shape.encoding.name() });
        if let Format::Csv { delimiter, header_line } = shape.format {
            file["delimiter"] = String::from(char::from(delimiter)).into();
            file["header_line"] = header_line.into();
        }
        if !shape.empty.is_empty() {
            file["empty"] = shape.empty.clone().into();
        }
        file
    }

    fn field(&self, target: Target) -> Value {
        let Some(column) = self.column(target) else {
            return Value::Null;
        };
        if target == Target::Outcome {
            let map = outcomes::map(column, self.sample.whole).unwrap_or_default();
            let map: Map<String, Value> = map.into_iter().map(|(from, to)| (from, to.code().into())).collect();
            return json!({ "column": column.name, "map": map });
        }
        let formats = self.day_formats(target, column);
        if formats.is_empty() || formats == [dates::ISO] {
            return column.name.clone().into();
        }
        json!({ "column": column.name, "formats": formats })
    }

    /// A last day that nobody seen has yet will be written like the first.
    fn day_formats(&self, target: Target, column: &Sampled) -> Vec<String> {
        let with_values = |column: &&Sampled| !column.says_nothing();
        let others = self.columns.keys().filter(|other| other.is_day()).filter_map(|&other| self.column(other));
        let like = if with_values(&column) { Some(column) } else { others.into_iter().find(with_values) };
        like.and_then(|like| day_formats(target, like)).unwrap_or_default()
    }

    /// The columns that nothing reads.
    pub fn unused(&self) -> Vec<String> {
        let read: HashSet<usize> = self.columns.values().chain(&self.name_parts).chain(&self.key).copied().collect();
        let mut told = HashSet::new();
        let left = self.sample.columns.iter().enumerate().filter(|(place, _)| !read.contains(place));
        let names = left.map(|(_, column)| &column.name).filter(|name| !name.is_empty());
        names.filter(|name| told.insert(name.as_str())).cloned().collect()
    }

    /// What is needed and was not found. A person needs a reference or a name beside an address, and `passed` needs a day.
    pub fn open(&self) -> Vec<Target> {
        let mut open: Vec<Target> = Vec::new();
        for group in self.subject.needs().iter().chain(self.also_wanted()) {
            if !group.iter().any(|target| self.is_found(*target)) {
                open.extend(group.iter().copied());
            }
        }
        let mut told = BTreeSet::new();
        open.retain(|target| told.insert(*target));
        open
    }

    /// A mapping can do without; its rows can not.
    fn also_wanted(&self) -> &'static [&'static [Target]] {
        match self.subject {
            Subject::Completions => &[&[Target::PersonReference, Target::Name], &[Target::On]],
            Subject::Staff => &[&[Target::PersonReference, Target::Name]],
        }
    }

    fn is_found(&self, target: Target) -> bool {
        self.columns.contains_key(&target) || (target == Target::Name && !self.name_parts.is_empty())
    }
}

/// Whether a column's values can be what its name says.
fn bears_out(target: Target, column: &Sampled, whole: bool) -> bool {
    match target {
        // Without a value `user` may be anything.
        Target::Email => {
            values::most(column, values::is_email) && (!column.says_nothing() || names::is_email(&column.name))
        }
        Target::PersonReference => !column.says_nothing() || column.values.is_empty(),
        Target::Outcome => outcomes::map(column, whole).is_some(),
        Target::OrderedBy => values::most(column, |text| text == "person" || values::is_organisation(text)),
        Target::Hours => values::most(column, values::is_amount),
        _ if target.is_day() => day_formats(target, column).is_some(),
        _ => true,
    }
}

fn day_formats(target: Target, column: &Sampled) -> Option<Vec<String>> {
    target.is_day().then(|| values::day_formats(column, target == Target::BirthDate)).flatten()
}
