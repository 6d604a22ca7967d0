//! Whatever happens in a random world, in whatever order: what must be kept is kept, what was decided goes and nothing else, and
//! everybody lets go of their own only.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use actix_web::{http::Method, rt::System};
use attest::{
    access::{Caller as Who, Membership, Ties, Viewer},
    completions::OrderedBy,
    law::calendar::{days_after, oslo_day},
    platform::{
        db::{
            Tx,
            run::prelude::*,
            schema::{
                cards, completions, custodies, employments, erasure_ledger, legal_holds, memberships, persons, records,
            },
        },
        problem::Problem,
    },
    privacy::{
        decisions::{Open, open},
        sweep::sweep,
    },
    records::{Ending, store::seen_by},
    words::*,
};
use chrono::TimeDelta;
use proptest::{collection::vec, option, prelude::*, sample::select, test_runner::TestRunner};
use serde_json::{Value, json};

use super::{
    asked::Asked,
    hand_overs::{confirm, plan},
};
use crate::{
    records::world::{BORN, Built, World, any_world, email},
    support::{App, Caller, of, text},
};

/// Something that happens. What it happens to is chosen by its place among what there is by then.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// A person has everything erased, or one record.
    Erase(usize, Option<usize>),
    /// A person leaves with everything that may go.
    Leave(usize),
    /// A controller lets go of a hold.
    Release(usize),
    /// So many days pass, and what is due is swept.
    Sweep(i64),
    /// A controller sets a legal hold on a record, or on everything it holds about its person.
    Hold(usize, bool),
    Lift(usize),
    /// A person objects to what a controller wishes.
    Object(usize),
    /// A provider puts right who ordered a completion: its person, nobody known, or one of the employers.
    Correct(usize, Option<&'static str>),
    /// Two people at a provider annul a record it made.
    Annul(usize),
    /// An employment ends today.
    EndWork(usize),
    /// A person hands a completion over to every employer that may have it.
    HandOver(usize),
}

const ORDERERS: [Option<&str>; 4] = [None, Some("person"), Some("310000027"), Some("310000043")];

fn any_act() -> impl Strategy<Value = Act> {
    let index = || 0..1000_usize;
    prop_oneof![
        3 => (index(), option::of(index())).prop_map(|(whose, what)| Act::Erase(whose, what)),
        1 => index().prop_map(Act::Leave),
        3 => index().prop_map(Act::Release),
        4 => select(&[1, 30, 400, 1500, 15_000][..]).prop_map(Act::Sweep),
        3 => (index(), any::<bool>()).prop_map(|(what, all)| Act::Hold(what, all)),
        2 => index().prop_map(Act::Lift),
        2 => index().prop_map(Act::Object),
        2 => (index(), select(&ORDERERS[..])).prop_map(|(what, who)| Act::Correct(what, who)),
        2 => index().prop_map(Act::Annul),
        2 => index().prop_map(Act::EndWork),
        3 => index().prop_map(Act::HandOver),
    ]
}

/// A world, and what happens in it.
#[derive(Clone, Debug)]
struct Story {
    world: World,
    acts: Vec<Act>,
}

fn any_story() -> impl Strategy<Value = Story> {
    (any_world(), vec(any_act(), 4..12)).prop_map(|(world, acts)| Story { world, acts })
}

/// Everything that bears on the end of what is held, at one moment.
struct Standing {
    today: Day,
    held: BTreeMap<Ending, Open>,
    /// What the law orders kept, as it was written down.
    ordered: BTreeSet<Ending>,
    /// What lies under a legal hold, by the holds themselves.
    on_hold: BTreeSet<Ending>,
    /// What nobody can say the end of, and what that waits for.
    missing: BTreeMap<Ending, String>,
    /// Controller, category, reduced only, untrue.
    ledger: Vec<(OrganisationId, String, bool, bool)>,
    recorders: BTreeMap<RecordId, OrganisationId>,
}

type CustodyRow = (RecordId, OrganisationId, Ground, Option<String>, Option<String>);

fn standing(tx: &mut Tx<'_>) -> Result<Standing, Problem> {
    let today = tx.today();
    let rows: Vec<CustodyRow> = custodies::table
        .select((custodies::record, custodies::controller, custodies::ground, custodies::must_keep, custodies::missing))
        .load(tx.conn())
        .expect("read");
    let people: BTreeMap<RecordId, PersonId> = records::table
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .select((records::id, persons::same_as))
        .load(tx.conn())
        .expect("read")
        .into_iter()
        .collect();
    let same_as: BTreeMap<PersonId, PersonId> =
        persons::table.select((persons::id, persons::same_as)).load(tx.conn()).expect("read").into_iter().collect();
    let holds: Vec<(OrganisationId, PersonId, Option<RecordId>)> = legal_holds::table
        .filter(legal_holds::lifted_at.is_null())
        .select((legal_holds::organisation, legal_holds::person, legal_holds::record))
        .load(tx.conn())
        .expect("read");
    let (mut ordered, mut on_hold, mut missing) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
    for (record, controller, ground, must_keep, unknown) in rows {
        let ending = Ending { record, controller, ground };
        let is_over = |until: &str| until == "asked" || until.parse::<Day>().is_ok_and(|last| last < today);
        if must_keep.as_deref().is_some_and(|until| !is_over(until)) {
            ordered.insert(ending);
        }
        let lies_on = |hold: &(OrganisationId, PersonId, Option<RecordId>)| {
            let about_it = hold.2.map_or_else(|| same_as[&hold.1] == people[&record], |on| on == record);
            hold.0 == controller && about_it
        };
        if holds.iter().any(lies_on) {
            on_hold.insert(ending);
        }
        if let Some(unknown) = unknown {
            missing.insert(ending, unknown);
        }
    }
    let ids: Vec<RecordId> = people.keys().copied().collect();
    let (first, again) = (open(tx, &ids)?, open(tx, &ids)?);
    assert_eq!(all_decided(&first, today), all_decided(&again, today), "the same is decided about the same");
    let ledger: Vec<(Written, String)> = erasure_ledger::table
        .select((
            (erasure_ledger::controller, erasure_ledger::category, erasure_ledger::reduced_to, erasure_ledger::untrue),
            erasure_ledger::records,
        ))
        .load(tx.conn())
        .expect("read");
    let recorders =
        completions::table.select((completions::record, completions::recorder)).load(tx.conn()).expect("read");
    Ok(Standing {
        today,
        held: first.into_iter().map(|one| (one.ending(), one)).collect(),
        ordered,
        on_hold,
        missing,
        ledger: ledger.into_iter().flat_map(|(entry, records)| by_record(entry, &records)).collect(),
        recorders: recorders.into_iter().collect(),
    })
}

/// Controller, category, what it was reduced to, untrue.
type Written = (OrganisationId, String, Option<Content>, bool);

/// What an entry says, once for each of its records.
fn by_record((whose, what, to, untrue): Written, records: &str) -> Vec<(OrganisationId, String, bool, bool)> {
    vec![(whose, what, to.is_some(), untrue); records.split(' ').count()]
}

fn all_decided(all: &[Open], today: Day) -> Vec<(Ending, Vec<String>)> {
    let said = |one: &Open| Trigger::ALL.iter().map(|trigger| format!("{:?}", one.decide(*trigger, today))).collect();
    all.iter().map(|one| (one.ending(), said(one))).collect()
}

/// How far a decision is from the end.
fn nearness(action: DecisionAction) -> u8 {
    use DecisionAction::*;
    match action {
        Keep | Undecided => 0,
        Stay | Restrict | Refer | Report => 1,
        _ => 2,
    }
}

impl Standing {
    fn pick(&self, index: usize) -> Option<(&Ending, &Open)> {
        self.pick_of(index, |_| true)
    }

    fn pick_of(&self, index: usize, fits: impl Fn(&Open) -> bool) -> Option<(&Ending, &Open)> {
        let fitting: Vec<_> = self.held.iter().filter(|(_, one)| fits(one)).collect();
        chosen(&fitting, index)
    }

    fn decided(&self, ending: &Ending, trigger: Trigger) -> DecisionAction {
        self.held[ending].decide(trigger, self.today).action
    }

    /// What ended since.
    fn gone_by(&self, after: &Standing) -> BTreeSet<Ending> {
        self.held.keys().filter(|one| !after.held.contains_key(one)).copied().collect()
    }

    /// What holds less since.
    fn reduced_by(&self, after: &Standing) -> BTreeSet<Ending> {
        let less = |(ending, open): &(&Ending, &Open)| {
            after.held.get(ending).is_some_and(|now| now.own.content != open.own.content)
        };
        self.held.iter().filter(less).map(|(ending, _)| *ending).collect()
    }

    /// Whoever keeps something names a provision, a hold, or until when; whoever cannot say says what it waits for.
    fn gives_its_reasons(&self) {
        for (ending, open) in &self.held {
            for trigger in [Trigger::Request, Trigger::Release, Trigger::Sweep] {
                let decision = open.decide(trigger, self.today);
                let named = decision.provision.is_some() || decision.layer == DecisionLayer::Hold;
                match decision.action {
                    DecisionAction::Keep => assert!(named, "{ending:?}: {decision:?}"),
                    DecisionAction::Undecided => {
                        let unknown = self.missing.get(ending).is_some_and(|unknown| !unknown.is_empty());
                        assert!(unknown && decision.provision.is_some(), "{ending:?}: {decision:?}");
                    }
                    DecisionAction::Stay | DecisionAction::Restrict | DecisionAction::Refer => {
                        assert!(decision.until.is_some(), "{ending:?}: {decision:?}");
                    }
                    _ => {}
                }
                let bound = self.ordered.contains(ending) || self.on_hold.contains(ending);
                assert!(!bound || !decision.action.erases(), "{ending:?} is bound: {decision:?}");
            }
        }
    }

    /// Time alone brings everything nearer to its end.
    fn only_comes_nearer(&self) {
        let days = [0, 1, 30, 400, 1500, 5000, 20_000];
        for (ending, open) in &self.held {
            let near = days.map(|days| {
                let decision = open.decide(Trigger::Sweep, days_after(self.today, days));
                nearness(decision.action)
            });
            assert!(near.is_sorted(), "{ending:?}: {near:?}");
        }
    }

    /// The same facts, seen on a later day.
    fn has_come_nearer_by(&self, later: &Standing) {
        assert_eq!(self.held.keys().collect::<Vec<_>>(), later.held.keys().collect::<Vec<_>>());
        for ending in self.held.keys() {
            let (before, now) = (self.decided(ending, Trigger::Sweep), later.decided(ending, Trigger::Sweep));
            assert!(
                nearness(before) <= nearness(now),
                "{ending:?}: {before} on {}, {now} on {}",
                self.today,
                later.today
            );
        }
    }

    /// What was decided went, what was not did not, and the ledger knows it once.
    fn became(&self, after: &Standing, due: &BTreeSet<Ending>, less: &BTreeSet<Ending>, why: &str) {
        let (gone, reduced) = (self.gone_by(after), self.reduced_by(after));
        assert_eq!(&gone, due, "{why}: what went is not what was decided to go");
        assert_eq!(&reduced, less, "{why}: what was reduced is not what was decided to be");
        let bound = |one: &&Ending| self.ordered.contains(one) || self.on_hold.contains(one);
        assert_eq!(gone.union(&reduced).find(bound), None, "{why}: it had to stay");
        let mut written = after.ledger.clone();
        for entry in &self.ledger {
            let place = written.iter().position(|one| one == entry).expect("the ledger forgets nothing");
            written.swap_remove(place);
        }
        let line = |ending: &Ending, reduced| {
            let own = &self.held[ending].own;
            (own.controller.id, own.category.clone(), reduced, false)
        };
        let mut expected: Vec<_> = gone.iter().map(|one| line(one, false)).collect();
        expected.extend(reduced.iter().map(|one| line(one, true)));
        written.sort();
        expected.sort();
        assert_eq!(written, expected, "{why}: the ledger");
    }
}

/// Somebody at an organisation who may do all that is done here.
async fn officers(app: &App, built: &Built) -> BTreeMap<OrganisationId, Caller> {
    let mut officers = BTreeMap::new();
    for organisation in &built.organisations {
        let officer = app.member_of(*organisation, Role::PrivacyOfficer, None).await;
        let (person, at) = (officer.person.expect("a person"), *organisation);
        app.write(move |tx| {
            for role in [Role::CourseAdministrator, Role::Hr] {
                attest::organisations::store::join(tx, at, person, role, None)?;
            }
            Ok(())
        })
        .await;
        officers.insert(*organisation, officer);
    }
    officers
}

struct Telling {
    app: App,
    world: World,
    officers: BTreeMap<OrganisationId, Caller>,
    /// By human, as long as they have an account.
    humans: BTreeMap<usize, Caller>,
    /// Whom each record was recorded about.
    about: BTreeMap<RecordId, usize>,
    /// What was handed over, and to whom.
    handed_over: BTreeSet<(RecordId, OrganisationId)>,
    /// What was let go of: it does not come back.
    let_go: BTreeSet<(RecordId, OrganisationId, Capacity)>,
    /// Of whom nothing was left when it was looked at.
    erased: BTreeSet<usize>,
    counted: Counted,
}

/// What happened, so that a run in which nothing does is noticed.
type Counted = BTreeMap<&'static str, usize>;

impl Telling {
    async fn begin(world: World) -> Self {
        let app = App::start().await;
        let built = world.build(&app).await;
        app.run_jobs().await;
        let officers = officers(&app, &built).await;
        let mut humans = BTreeMap::new();
        for (n, human) in world.humans.iter().enumerate().filter(|(_, human)| human.has_account) {
            let caller = app.person("Bruker", &email(n), BORN).await;
            caller.post_nothing("/v1/me/claims").await.ok();
            let own = caller.get("/v1/me/completions").await.ok();
            if let (true, Some(id)) = (human.keeps, own["items"][0]["id"].as_str()) {
                caller.call(Method::PUT, &format!("/v1/me/completions/{id}/portfolio"), None).await.expect(204);
            }
            humans.insert(n, caller);
        }
        app.mails().await;
        let about = app.write(|tx| Ok(about(tx))).await;
        Self {
            app,
            world,
            officers,
            humans,
            about,
            handed_over: BTreeSet::new(),
            let_go: BTreeSet::new(),
            erased: BTreeSet::new(),
            counted: Counted::new(),
        }
    }

    fn count(&mut self, what: &'static str, more: usize) {
        *self.counted.entry(what).or_default() += more;
    }

    async fn standing(&self) -> Standing {
        self.app.write(standing).await
    }

    async fn human(&self, index: usize) -> Option<(usize, Caller)> {
        let (n, caller) = self.humans.iter().nth(index % self.humans.len().max(1))?;
        Some((*n, self.app.signed_in_again(caller).await))
    }

    async fn officer(&self, organisation: OrganisationId) -> Option<Caller> {
        let officer = self.officers.get(&organisation)?;
        Some(self.app.signed_in_again(officer).await)
    }

    async fn happens(&mut self, act: Act) {
        let before = self.standing().await;
        match act {
            Act::Erase(whose, what) => self.erase(&before, whose, what).await,
            Act::Leave(whose) => self.leave(&before, whose).await,
            Act::Release(what) => self.release(&before, what).await,
            Act::Sweep(days) => self.sweep(&before, days).await,
            Act::Correct(what, orderer) => self.correct(&before, what, orderer).await,
            Act::Annul(what) => self.annul(&before, what).await,
            Act::Hold(what, all) => {
                self.hold(&before, what, all).await;
                let bound = self.nothing_went(&before, "a hold").await.on_hold.len();
                self.count("holds", bound);
            }
            Act::Lift(which) => {
                self.lift(which).await;
                drop(self.nothing_went(&before, "the end of a hold").await);
            }
            Act::Object(what) => {
                self.object(&before, what).await;
                drop(self.nothing_went(&before, "an objection").await);
            }
            Act::EndWork(which) => {
                self.end_work(which).await;
                drop(self.nothing_went(&before, "the end of an employment").await);
            }
            Act::HandOver(what) => {
                self.hand_over(&before, what).await;
                drop(self.nothing_went(&before, "a hand-over").await);
            }
        }
        let done = self.standing().await;
        self.app.mails().await;
        let after = self.standing().await;
        let lost: Vec<_> = done.gone_by(&after).into_iter().filter(|one| done.on_hold.contains(one)).collect();
        assert_eq!(lost, [], "what lies under a hold was lost by what followed from {act:?}");
        self.count("stayed", after.held.len());
        after.gives_its_reasons();
        after.only_comes_nearer();
        self.nothing_came_back(&after);
        self.employers_see_what_they_ordered_or_were_given(&after).await;
        self.nothing_of_the_erased_is_left(&after).await;
    }

    async fn nothing_went(&self, before: &Standing, why: &str) -> Standing {
        let after = self.standing().await;
        before.became(&after, &BTreeSet::new(), &BTreeSet::new(), why);
        after
    }

    async fn went(&mut self, before: &Standing, due: BTreeSet<Ending>, less: BTreeSet<Ending>, why: &'static str) {
        before.became(&self.standing().await, &due, &less, why);
        self.count(why, due.len());
        self.count("reduced", less.len());
        let kept_by_others = due.iter().filter(|one| one.ground != Ground::Portfolio);
        self.let_go.extend(kept_by_others.map(|one| (one.record, one.controller, one.ground.capacity())));
    }

    fn by_request(plan: &Value) -> (BTreeMap<Ending, DecisionAction>, Value) {
        let mut decided = BTreeMap::new();
        for record in plan["records"].as_array().expect("records") {
            for by in record["kept_by"].as_array().expect("holders") {
                let ending = Ending {
                    record: id(&record["record"]).parse().expect("an id"),
                    controller: id(&by["controller"]["id"]).parse().expect("an id"),
                    ground: Ground::from_code(&id(&by["ground"])).expect("a ground"),
                };
                let action = DecisionAction::from_code(&id(&by["decision"]["action"])).expect("an action");
                decided.insert(ending, action);
            }
        }
        (decided, plan["plan"].clone())
    }

    /// What would go and what would be reduced, if exactly that was decided before.
    fn of_request(before: &Standing, plan: &Value) -> (BTreeSet<Ending>, BTreeSet<Ending>, Value) {
        let (decided, plan) = Self::by_request(plan);
        for (ending, action) in &decided {
            assert_eq!(before.decided(ending, Trigger::Request), *action, "{ending:?}");
        }
        let reduced = decided.iter().filter(|(_, action)| **action == DecisionAction::Reduce);
        let gone = decided.iter().filter(|(_, action)| action.erases() && **action != DecisionAction::Reduce);
        (gone.map(|(one, _)| *one).collect(), reduced.map(|(one, _)| *one).collect(), plan)
    }

    async fn erase(&mut self, before: &Standing, whose: usize, what: Option<usize>) {
        let Some((_, caller)) = self.human(whose).await else { return };
        let own = caller.get("/v1/me/completions").await.ok()["items"].as_array().cloned().unwrap_or_default();
        let chosen = what.filter(|_| !own.is_empty()).map(|what| json!([own[what % own.len()]["id"]]));
        let seen = caller.post("/v1/me/erasure-plan", json!({ "records": chosen })).await.expect(200);
        let (due, less, plan) = Self::of_request(before, &seen);
        caller.post("/v1/me/erasures", json!({ "plan": plan, "records": chosen })).await.expect(201);
        self.went(before, due, less, "an erasure").await;
    }

    async fn leave(&mut self, before: &Standing, whose: usize) {
        let Some((n, caller)) = self.human(whose).await else { return };
        let seen = caller.post("/v1/me/erasure-plan", json!({})).await.expect(200);
        let (due, less, plan) = Self::of_request(before, &seen);
        let wish = json!({ "remove_my_data": true, "plan": plan });
        caller.post("/v1/me/deregistration", wish).await.expect(200);
        self.humans.remove(&n);
        self.went(before, due, less, "leaving").await;
    }

    async fn release(&mut self, before: &Standing, what: usize) {
        // Every other time something that can be let go of, if there is any.
        let free = |one: &Open| what % 2 == 1 || one.refusal_of_release(before.today).is_none();
        let Some((ending, held)) = before.pick_of(what / 2, free) else { return };
        let Some(officer) = self.officer(ending.controller).await else { return };
        let refused = held.refusal_of_release(before.today).is_some();
        let body = json!({ "records": [{ "record": ending.record, "ground": ending.ground }] });
        let reply = officer.post(&format!("/v1/organisations/{}/releases", ending.controller), body).await;
        assert_eq!(reply.status.as_u16(), if refused { 409 } else { 201 }, "{ending:?}: {reply}");
        let action = before.decided(ending, Trigger::Release);
        let (due, less) = match action {
            _ if refused => Default::default(),
            DecisionAction::Reduce => (BTreeSet::new(), reducible(held)),
            _ => ([*ending].into(), BTreeSet::new()),
        };
        self.went(before, due, less, "a release").await;
    }

    async fn sweep(&mut self, before: &Standing, days: i64) {
        self.app.later(TimeDelta::days(days));
        let then = self.standing().await;
        before.has_come_nearer_by(&then);
        let today = oslo_day(self.app.clock.now());
        sweep(&self.app.server.house, today, DoneBy::Job).await.expect("swept");
        let (mut due, mut less) = (BTreeSet::new(), BTreeSet::new());
        for (ending, held) in &then.held {
            match then.decided(ending, Trigger::Sweep) {
                DecisionAction::Reduce => less.extend(reducible(held)),
                DecisionAction::Archive | DecisionAction::HandOver => {}
                action if action.erases() => drop(due.insert(*ending)),
                _ => {}
            }
        }
        self.went(&then, due, less, "a sweep").await;
    }

    async fn hold(&self, before: &Standing, what: usize, all: bool) {
        let Some((ending, held)) = before.pick(what) else { return };
        let Some(officer) = self.officer(ending.controller).await else { return };
        let on = if all { ("person", json!(held.situation.person)) } else { ("record", json!(ending.record)) };
        let review_on = days_after(before.today, 100);
        let mut new = json!({ "reason": "dispute", "owner": officer.person, "review_on": review_on });
        new[on.0] = on.1;
        let reply = officer.post(&format!("/v1/organisations/{}/legal-holds", ending.controller), new).await;
        // A holder that has no card of somebody names the record.
        let is_set = reply.status.as_u16() == 201 || all && reply.status.as_u16() == 422;
        assert!(is_set, "{reply}");
    }

    async fn lift(&self, which: usize) {
        let holds: Vec<(HoldId, OrganisationId)> = self.app.write(|tx| Ok(holds(tx))).await;
        let Some((hold, organisation)) = chosen(&holds, which) else { return };
        let officer = self.officer(organisation).await.expect("an officer");
        officer.delete(&format!("/v1/organisations/{organisation}/legal-holds/{hold}")).await.expect(204);
    }

    async fn object(&mut self, before: &Standing, what: usize) {
        let wished = |one: &Open| what % 4 == 3 || one.decide(Trigger::Request, before.today).action.opens().is_some();
        let Some((ending, _)) = before.pick_of(what / 4, wished) else { return };
        let Some(caller) = self.about.get(&ending.record).and_then(|n| self.humans.get(n)) else { return };
        let caller = self.app.signed_in_again(caller).await;
        let custodies = json!([{ "record": ending.record, "ground": ending.ground }]);
        let body = json!({
            "kind": "objection", "controller": ending.controller, "custodies": custodies, "reason": "Jeg vil ikke",
        });
        let wished = before.decided(ending, Trigger::Request).opens().is_some();
        let reply = caller.post("/v1/me/cases", body).await;
        assert_eq!(reply.status.as_u16(), if wished { 201 } else { 422 }, "{ending:?}: {reply}");
        self.count("objections", usize::from(wished));
    }

    async fn correct(&mut self, before: &Standing, what: usize, orderer: Option<&str>) {
        let Some((ending, _)) = before.pick(what) else { return };
        let record = ending.record;
        let provider = before.recorders[&record];
        let officer = self.officer(provider).await.expect("an officer");
        let of_record = format!("/v1/organisations/{provider}/completions/{record}");
        let shown = officer.get(&format!("{of_record}?capacity=provider")).await;
        // Who has let go of a record puts nothing right in it.
        let Some(version) = shown.body["version"].as_i64() else { return };
        let change = json!({ "ordered_by": orderer, "reason": "feil bestiller" });
        let corrected = officer.with_header("if-match", &format!("\"{version}\""));
        let reply = corrected.post(&format!("{of_record}/versions"), change).await;
        let after = self.standing().await;
        let gone = before.gone_by(&after);
        if !reply.status.is_success() {
            assert_eq!(gone, BTreeSet::new(), "{reply}");
            return;
        }
        for one in gone.iter().chain(&before.reduced_by(&after)) {
            assert!(one.record == record && one.ground.capacity() != Capacity::Provider, "{one:?}: another's went");
            assert!(!before.on_hold.contains(one), "{one:?} lay under a hold");
        }
        let decided = |all: &Standing| all.ledger.iter().filter(|one| !one.3).count();
        assert_eq!(decided(before), decided(&after), "what was put right was not decided to go");
        self.count("corrected away", gone.len());
    }

    /// No minimum keeps what never was, and nothing but a hold or a certificate stands in the way.
    async fn annul(&mut self, before: &Standing, what: usize) {
        let Some((ending, _)) = before.pick(what) else { return };
        let record = ending.record;
        let provider = before.recorders[&record];
        let is_delivered =
            before.held.contains_key(&Ending { record, controller: provider, ground: Ground::Delivered });
        let on_hold = before.on_hold.iter().any(|one| one.record == record);
        let annulments = format!("/v1/organisations/{provider}/annulments");
        let body = json!({ "record": record, "reason": "test", "explanation": "en prøve" });
        let first = self.officer(provider).await.expect("an officer");
        let made = first.post(&annulments, body).await;
        drop(self.nothing_went(before, "a proposal").await);
        if made.status.as_u16() != 201 {
            let expected = if is_delivered { "built-on" } else { "invalid" };
            assert!(made.problem() == expected || made.problem() == "lacks-capacity", "{made}");
            return;
        }
        assert!(is_delivered && !on_hold, "{ending:?}: {made}");
        let second = self.app.member_of(provider, Role::Administrator, None).await;
        second.post_nothing(&format!("{annulments}/{}/confirmation", id(&made.body["id"]))).await.expect(200);
        let after = self.standing().await;
        let all: BTreeSet<Ending> = before.held.keys().filter(|one| one.record == record).copied().collect();
        assert_eq!((before.gone_by(&after), before.reduced_by(&after)), (all.clone(), BTreeSet::new()));
        let binding = |all: &Standing| all.ledger.iter().filter(|one| !one.3).count();
        assert_eq!(binding(before), binding(&after), "nobody is bound by what never was");
        self.count("annulled", all.len());
    }

    async fn end_work(&self, which: usize) {
        let running: Vec<(EmploymentId, OrganisationId, i64)> = self.app.write(|tx| Ok(running(tx))).await;
        let Some((employment, employer, version)) = chosen(&running, which) else { return };
        let officer = self.officer(employer).await.expect("an officer");
        let today = oslo_day(self.app.clock.now());
        let path = format!("/v1/organisations/{employer}/employments/{employment}");
        officer.patch(&path, &format!("\"{version}\""), json!({ "to": today })).await;
    }

    async fn hand_over(&mut self, before: &Standing, what: usize) {
        let Some((ending, _)) = before.pick(what) else { return };
        let record = ending.record;
        let Some(caller) = self.about.get(&record).and_then(|n| self.humans.get(n)) else { return };
        let caller = self.app.signed_in_again(caller).await;
        for employer in self.officers.keys().copied().collect::<Vec<_>>() {
            let (completion, to) = (record.to_string(), employer.to_string());
            let seen = plan(&caller, &completion, &to).await;
            if seen.status.as_u16() != 200 {
                assert!([404, 409, 422].contains(&seen.status.as_u16()), "{seen}");
                continue;
            }
            confirm(&caller, &completion, &to, &seen.body).await.expect(201);
            let given = Ending { record, controller: employer, ground: Ground::HandedOver };
            let now = self.standing().await;
            assert!(now.held.contains_key(&given) && !before.held.contains_key(&given), "{given:?}");
            self.handed_over.insert((record, employer));
            self.count("handed over", 1);
        }
    }

    fn nothing_came_back(&self, after: &Standing) {
        let held = after.held.keys().map(|one| (one.record, one.controller, one.ground.capacity()));
        let again: Vec<_> = held.filter(|one| self.let_go.contains(one)).collect();
        assert_eq!(again, [], "who let go gets nothing back");
    }

    async fn employers_see_what_they_ordered_or_were_given(&self, after: &Standing) {
        let employers: Vec<(OrganisationId, PersonId)> =
            self.officers.iter().map(|(of, officer)| (*of, officer.person.expect("a person"))).collect();
        let seen = self.app.write(move |tx| Ok(seen_by_employers(tx, &employers))).await;
        for (employer, record) in seen {
            let about = after.held.values().find(|one| one.situation.record == record);
            let orderer = about.expect("held by somebody").situation.content.ordered_by;
            let on_hold = after.on_hold.iter().any(|one| one.record == record && one.controller == employer);
            let is_own = orderer == OrderedBy::Organisation(employer);
            let was_given = self.handed_over.contains(&(record, employer));
            assert!(on_hold || is_own || was_given, "{employer} sees {record}, ordered by {orderer:?}");
        }
    }

    /// Of whoever nobody holds anything about, employs or has an account of.
    async fn nothing_of_the_erased_is_left(&mut self, after: &Standing) {
        let held: BTreeSet<usize> = after.held.keys().filter_map(|one| self.about.get(&one.record).copied()).collect();
        let employed = self.world.employed();
        let recorded: BTreeSet<usize> = self.about.values().copied().collect();
        let erased = recorded.into_iter().filter(|n| !held.contains(n) && !employed.contains(n));
        let erased = erased.filter(|n| !self.humans.contains_key(n) && !self.erased.contains(n));
        let erased: Vec<usize> = erased.collect();
        if erased.is_empty() {
            return;
        }
        let left = self.app.everything_stored() + &self.app.every_row();
        for n in erased {
            assert!(!left.contains(&email(n)), "the address of {n} is left: {}", around(&left, &email(n)));
            let name = format!("Deltaker {n}");
            assert!(!left.contains(&name), "the name of {n} is left: {}", around(&left, &name));
            self.count("persons", 1);
            self.erased.insert(n);
        }
    }
}

fn around<'a>(text: &'a str, found: &str) -> &'a str {
    text.lines().find(|line| line.contains(found)).unwrap_or_default()
}

fn id(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn chosen<T: Clone>(all: &[T], index: usize) -> Option<T> {
    (!all.is_empty()).then(|| all[index % all.len()].clone())
}

/// What is the fact already cannot be less.
fn reducible(held: &Open) -> BTreeSet<Ending> {
    let is_less = held.own.content == Content::of(&[Part::Fact]);
    Some(held.ending()).filter(|_| !is_less).into_iter().collect()
}

fn about(tx: &mut Tx<'_>) -> BTreeMap<RecordId, usize> {
    let known: Vec<(PersonId, Option<String>)> =
        cards::table.select((cards::person, cards::external_reference)).load(tx.conn()).expect("read");
    let human = |reference: &str| reference.strip_prefix("F-")?.parse::<usize>().ok();
    let humans: BTreeMap<PersonId, usize> =
        known.into_iter().filter_map(|(person, reference)| Some((person, human(&reference?)?))).collect();
    let about: Vec<(RecordId, PersonId)> =
        records::table.select((records::id, records::person)).load(tx.conn()).expect("read");
    about.into_iter().filter_map(|(record, person)| Some((record, *humans.get(&person)?))).collect()
}

fn holds(tx: &mut Tx<'_>) -> Vec<(HoldId, OrganisationId)> {
    legal_holds::table
        .filter(legal_holds::lifted_at.is_null())
        .order(legal_holds::id)
        .select((legal_holds::id, legal_holds::organisation))
        .load(tx.conn())
        .expect("read")
}

fn running(tx: &mut Tx<'_>) -> Vec<(EmploymentId, OrganisationId, i64)> {
    employments::table
        .filter(employments::to_day.is_null())
        .order(employments::id)
        .select((employments::id, employments::organisation, employments::version))
        .load(tx.conn())
        .expect("read")
}

fn seen_by_employers(tx: &mut Tx<'_>, officers: &[(OrganisationId, PersonId)]) -> Vec<(OrganisationId, RecordId)> {
    let mut all = Vec::new();
    for (organisation, person) in officers {
        let mut ties = Ties::none(Who::Person(*person));
        let own: Vec<Role> = memberships::table
            .filter(memberships::person.eq(*person))
            .select(memberships::role)
            .load(tx.conn())
            .expect("read");
        let member = |role| Membership { organisation: *organisation, role, team: None };
        ties.memberships = own.into_iter().map(member).collect();
        if let Some(viewer) = Viewer::of(&ties, *organisation, Capacity::Employer) {
            let seen = seen_by(tx, &viewer).expect("read");
            all.extend(seen.into_iter().map(|record| (*organisation, record)));
        }
    }
    all
}

impl Telling {
    /// In the end every case is closed and everybody leaves; much later nobody keeps anything of most.
    async fn ends(&mut self) {
        while !self.app.write(|tx| Ok(holds(tx))).await.is_empty() {
            self.happens(Act::Lift(0)).await;
        }
        self.happens(Act::Annul(0)).await;
        for n in self.about.values().copied().collect::<BTreeSet<_>>() {
            if !self.humans.contains_key(&n) {
                let caller = self.app.person("Bruker", &email(n), BORN).await;
                caller.post_nothing("/v1/me/claims").await.ok();
                self.app.mails().await;
                self.humans.insert(n, caller);
            }
        }
        while !self.humans.is_empty() {
            self.happens(Act::Leave(0)).await;
        }
        self.happens(Act::Sweep(20_000)).await;
    }
}

async fn told(story: Story) -> Counted {
    let mut telling = Telling::begin(story.world).await;
    for act in story.acts {
        telling.happens(act).await;
    }
    telling.ends().await;
    telling.counted
}

/// SQLite makes a database in no time.
fn cases() -> u32 {
    if std::env::var_os("TEST_DATABASE_URL").is_some() { 4 } else { 16 }
}

#[test]
fn whatever_happens_what_must_stay_stays_what_was_decided_goes_and_nobody_loses_what_another_let_go() {
    let config =
        ProptestConfig { cases: cases(), max_shrink_iters: 60, failure_persistence: None, ..Default::default() };
    let all = RefCell::new(Counted::new());
    let run = TestRunner::new(config).run(&any_story(), |story| {
        let counted = System::new().block_on(told(story));
        counted.into_iter().for_each(|(what, more)| *all.borrow_mut().entry(what).or_default() += more);
        Ok(())
    });
    run.unwrap_or_else(|failed| panic!("{failed}"));
    let all = all.into_inner();
    for what in ["leaving", "stayed"] {
        assert!(all.get(what).is_some_and(|times| *times > 0), "no {what} in any world: {all:?}");
    }
}

#[actix_web::test]
async fn what_only_a_hold_kept_from_a_correction_goes_when_the_hold_is_lifted() {
    let asked = Asked::start().await;
    let hold = asked.hold(&asked.statutory).await;
    let world = &asked.world;
    let versions = of(&world.school, &format!("completions/{}/versions", text(&asked.statutory["id"])));
    let change = json!({ "ordered_by": "person", "reason": "ikke bestilt" });
    world.teacher.with_header("if-match", "\"1\"").post(&versions, change).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(asked.seen().await.len(), 2);
    asked.lift(&hold).await;
    world.app.run_jobs().await;
    assert_eq!(asked.seen().await, [text(&asked.policy["id"])]);
}
