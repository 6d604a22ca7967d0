//! What a person has seen and confirms: a short text that stands for each decision, so that it can be said which of them
//! changed since. Nothing has to be kept for it.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    platform::{
        problem::{Findings, Kind, Problem},
        vault::sha256,
    },
    privacy::decisions::Open,
    words::*,
};

/// Bytes of each decision's hash. A person has hundreds of records at most: no two of them meet by chance.
const BYTES: usize = 8;

type Mark = [u8; BYTES];

/// What every plan begins with, so that there is a plan of nothing too, and one day another form.
const FORM: &str = "1.";

/// The text that stands for these decisions on a day.
pub fn of(open: &[Open], today: Day) -> String {
    let mut marks: Vec<Mark> = open.iter().map(|one| mark(one, today)).collect();
    marks.sort_unstable();
    format!("{FORM}{}", URL_SAFE_NO_PAD.encode(marks.concat()))
}

/// How what would follow now differs from what was seen.
pub struct Difference<'a> {
    /// What is new or decided otherwise.
    pub new: Vec<&'a Open>,
    /// How many of those that were seen are not there as they were.
    pub vanished: usize,
}

/// The difference from what was seen; nothing if that is no plan.
pub fn difference<'a>(open: &'a [Open], seen: &str, today: Day) -> Option<Difference<'a>> {
    let bytes = URL_SAFE_NO_PAD.decode(seen.strip_prefix(FORM)?).ok()?;
    let mut seen: Vec<Mark> = bytes.chunks(BYTES).map(Mark::try_from).collect::<Result<_, _>>().ok()?;
    let mut new = Vec::new();
    for one in open {
        let now = mark(one, today);
        match seen.iter().position(|before| *before == now) {
            Some(place) => drop(seen.swap_remove(place)),
            None => new.push(one),
        }
    }
    Some(Difference { new, vanished: seen.len() })
}

/// Refuses what is not what was seen.
///
/// # Errors
/// `NotAPlan`; `PlanChanged` with what differs.
pub fn must_be_what_was_seen(open: &[Open], confirmed: &str, today: Day) -> Result<(), Problem> {
    let Some(difference) = difference(open, confirmed, today) else {
        return Err(Problem::at("/plan", Fault::NotAPlan));
    };
    let mut findings = Findings::default();
    for one in difference.new {
        findings.add(&format!("/records/{}/{}", one.situation.record, one.own.controller.id), Fault::ChangedSince);
    }
    if difference.vanished > 0 {
        findings.add("/plan", Fault::ChangedSince);
    }
    if findings.is_empty() {
        Ok(())
    } else {
        Err(Problem { findings: findings.into_vec(), ..Kind::PlanChanged.into() })
    }
}

/// Who holds which parts of what, what would follow, and how long it would stay.
fn mark(one: &Open, today: Day) -> Mark {
    let decision = one.decide(Trigger::Request, today);
    let until = decision.until.map_or(String::new(), |until| until.written());
    let consequences: Vec<String> = one.consequences.iter().map(|one| one.says.nb.clone()).collect();
    let said = format!(
        "{} {} {} {} {} {} {until} {} {:?}",
        one.situation.record,
        one.own.controller.id,
        one.own.ground,
        one.own.content.bits(),
        one.own.category,
        decision.action,
        consequences.join(" "),
        one.waits_until(today),
    );
    let hash = sha256(said.as_bytes());
    let mut mark = Mark::default();
    mark.iter_mut().zip(hash.bytes()).for_each(|(place, byte)| *place = byte);
    mark
}
