//! Who may do what: every action of the product against every kind of caller, as one table to be read by people.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path};

use attest::{
    access::{Action, Actor, Caller, Denied, Holding, Membership, Ties, Work, stamp},
    catalogue::{competences::actions::*, courses::actions::*, schemes::actions::*},
    certificates::actions::*,
    completions::actions::*,
    exports::actions::*,
    identity::actions::*,
    imports::actions::*,
    organisations::actions::*,
    people::actions::*,
    privacy::{
        actions::*, annulments::actions::*, cases::actions::*, deregistration::actions::*, dissolutions::actions::*,
        holds::actions::*, notices::actions::*, packs::actions::*, releases::actions::*, transfers::actions::*,
        undecided::actions::*,
    },
    records::actions::*,
    requirements::actions::*,
    words::*,
};
use insta::assert_snapshot;
use uuid::Uuid;

fn id<I: Identifier>(n: u128) -> I {
    I::from_uuid(Uuid::from_u128(0x019c_adf2_1111_7000_8000_0000_0000_0000 + n))
}

fn ours() -> OrganisationId {
    id(1)
}

fn theirs() -> OrganisationId {
    id(2)
}

type Ask = Box<dyn Fn(&Ties) -> Result<(), Denied>>;

/// An action with its subject, and how to ask for it.
struct Asked {
    name: &'static str,
    of_what: &'static str,
    ask: Ask,
}

impl Asked {
    fn of(self, of_what: &'static str) -> Self {
        Self { of_what, ..self }
    }
}

fn asked<A: Action + Copy + 'static>(action: A) -> Asked {
    // Who decides is in the ties; the actor is only written down.
    let ask = move |ties: &Ties| stamp(Actor::Anyone, ties, action).map(drop);
    Asked { name: A::NAME, of_what: "", ask: Box::new(ask) }
}

/// Every action there is, asked of our organisation, our team, a record of ours.
#[rustfmt::skip] // a line is a line
fn every_action() -> Vec<Asked> {
    let (organisation, completion) = (ours(), id(3));
    let view = |capacity| ViewCompletions { organisation, capacity };
    let export = |capacity| ExportCompletions { organisation, capacity };
    let view_one = |capacity| ViewCompletion { organisation, capacity, completion };
    vec![
        asked(EndOwnSignIn),
        asked(Deregister),
        asked(ListOwnMemberships),
        asked(AcceptInvitation),
        asked(CloseAccount { account: id(4) }),
        asked(ReportMinor { account: id(4) }),
        asked(AnswerMinor { account: id(4) }),
        asked(ReportDeath { account: id(4) }),
        asked(ListClients { organisation }),
        asked(CreateClient { organisation }),
        asked(RotateClientSecret { organisation }),
        asked(RevokeClient { organisation }),
        asked(ListInvitations { organisation }),
        asked(InviteMember { organisation }),
        asked(InviteAdministrator { organisation }),
        asked(WithdrawInvitation { organisation }),
        asked(InviteOperator),
        asked(ReadOwnCertificates),
        asked(SurrenderCertificate),
        asked(IssueCertificates { organisation }),
        asked(ReadCertificates { organisation }),
        asked(EndCertificates { organisation }),
        asked(RotateIssuerKey { organisation }),
        asked(ChooseIssuing { organisation }),
        asked(ReadSchemeCertificates { organisation }),
        asked(WatchOverScheme { organisation }),
        asked(ReadOwnCard),
        asked(ChangeOwnCard),
        asked(RemoveMobile),
        asked(ReadClaims),
        asked(MakeClaims),
        asked(UndoClaim),
        asked(ReadCards { organisation }),
        asked(WriteCards { organisation }),
        asked(CreateOrganisation),
        asked(ListOrganisations),
        asked(GrantCapacity { organisation }),
        asked(ChooseRegister { organisation }),
        asked(ShowOrganisation { organisation }),
        asked(ChangeOrganisation { organisation }),
        asked(ListMembers { organisation }),
        asked(EndMembership { organisation }),
        asked(ListTeams { organisation }),
        asked(ChangeTeams { organisation }),
        asked(ListEmployments { organisation }),
        asked(ChangeEmployments { organisation }),
        asked(ListRequirements { organisation }),
        asked(SetRequirements { organisation }),
        asked(AddNationalCompetence),
        asked(AddOwnCompetence { acting: Some(organisation) }),
        asked(AddOwnCompetence { acting: None }).of("whoever acts"),
        asked(ChangeAnyCompetence { competence: id(5) }),
        asked(ChangeOwnCompetence { competence: id(5), owner: organisation }),
        asked(AddScheme),
        asked(ChangeScheme { scheme: id(6) }),
        asked(AddCourse { acting: Some(organisation) }),
        asked(AddCourse { acting: None }).of("whoever acts"),
        asked(ChangeCourse { course: id(7), provider: organisation }),
        asked(RecordCompletions { organisation }),
        asked(view(Capacity::Provider)).of("provider"),
        asked(view(Capacity::Employer)).of("employer"),
        asked(view(Capacity::CertifyingBody)).of("certifying_body"),
        asked(view(Capacity::Client)).of("client"),
        asked(view(Capacity::Register)).of("register"),
        asked(view(Capacity::Operator)).of("operator"),
        asked(view_one(Capacity::Provider)).of("provider"),
        asked(view_one(Capacity::Employer)).of("employer"),
        asked(view_one(Capacity::CertifyingBody)).of("certifying_body"),
        asked(view_one(Capacity::Client)).of("client"),
        asked(export(Capacity::Provider)).of("provider"),
        asked(export(Capacity::Employer)).of("employer"),
        asked(export(Capacity::CertifyingBody)).of("certifying_body"),
        asked(export(Capacity::Client)).of("client"),
        asked(ExportStaff { organisation }),
        asked(ImportRows { organisation, subject: ImportSubject::Completions }).of("completions"),
        asked(ImportRows { organisation, subject: ImportSubject::Staff }).of("staff"),
        asked(ReadOwnCompletions),
        asked(KeepInPortfolio),
        asked(ReadDisclosures),
        asked(ReadOwnCustodies),
        asked(EraseOwn),
        asked(HandOver),
        asked(ReadOwnCases),
        asked(AskHumans),
        asked(ReadPrivacyCases { organisation }),
        asked(AnswerPrivacyCases { organisation }),
        asked(ReleaseRecords { organisation }),
        asked(ReadAnnulments { organisation }),
        asked(AnnulRecords { organisation }),
        asked(Dissolve { organisation }),
        asked(ReadDissolutions),
        asked(ReadTransfers { organisation }),
        asked(ProposeTransfers { organisation }),
        asked(AnswerTransfers { organisation }),
        asked(ProposeForDissolved { organisation }),
        asked(ReadHolds { organisation }),
        asked(SetHolds { organisation }),
        asked(HearOfErasures { organisation }),
        asked(ReadPack { organisation }),
        asked(ChoosePack { organisation }),
        asked(ReadUndecided { organisation }),
    ]
}

/// Somebody who asks. A record of ours is held on every ground; its person works here, in the manager's team.
fn ties(caller: Caller, roles: &[(OrganisationId, Role)]) -> Ties {
    let team = id(8);
    Ties {
        caller,
        memberships: roles
            .iter()
            .map(|(organisation, role)| Membership {
                organisation: *organisation,
                role: *role,
                team: (*role == Role::Manager).then_some(team),
            })
            .collect(),
        capacities: Some(Capacity::ALL.iter().copied().collect()),
        holdings: Ground::ALL
            .iter()
            .map(|ground| Holding { controller: ours(), ground: *ground, contested: false, statutory: true })
            .collect(),
        work: vec![Work { employer: ours(), team: Some(team) }],
    }
}

fn person(roles: &[(OrganisationId, Role)]) -> Ties {
    ties(Caller::Person(id(9)), roles)
}

fn client(organisation: OrganisationId, scopes: &[Scope]) -> Ties {
    ties(Caller::Client { organisation, scopes: Scopes::of(scopes.to_vec()) }, &[])
}

/// A column of the table: a short head, what it stands for, and the callers it sums up.
type Column = (&'static str, String, Vec<Ties>);

fn callers() -> Vec<Column> {
    let one = |head, what: &str, ties: Ties| -> Column { (head, what.to_owned(), vec![ties]) };
    let mut columns = vec![
        one("none", "nobody signed in", ties(Caller::Nobody, &[])),
        one("gone", "a closed account, an ended sign-in, a revoked client", ties(Caller::Closed, &[])),
        one("odd", "a person without ties", person(&[])),
    ];
    let heads = ["adm", "crs", "hr", "mgr", "sch", "prv", "ins", "saf", "gat", "opr"];
    for (head, role) in heads.into_iter().zip(Role::ALL.iter().copied()) {
        columns.push(one(head, &format!("{role} here"), person(&[(ours(), role)])));
    }
    let elsewhere = Role::ALL.iter().map(|role| person(&[(theirs(), *role)])).collect();
    columns.push(("else", "every role in another organisation; more answers than one are joined".into(), elsewhere));
    let both = [(ours(), Role::Administrator), (theirs(), Role::Administrator)];
    columns.push(one("both", "administrator here and elsewhere", person(&both)));
    columns.push(one("OPER", "the operator", person(&[(OPERATOR, Role::Operator)])));
    columns.push(one(
        "OADM",
        "administrator of the operator's organisation",
        person(&[(OPERATOR, Role::Administrator)]),
    ));
    let heads = ["c:r", "c:w", "ce:w", "e:r", "s:r", "st:r", "st:w", "ca:w"];
    for (head, scope) in heads.into_iter().zip(Scope::ALL.iter().copied()) {
        columns.push(one(head, &format!("an API client with {scope}"), client(ours(), &[scope])));
    }
    columns.push(one("api", "an API client of another organisation, every scope", client(theirs(), Scope::ALL)));
    columns.push(one("cli", "the command line, or a worker", ties(Caller::House, &[])));
    let bare = Ties { capacities: Some(BTreeSet::new()), ..ties(Caller::House, &[]) };
    columns.push(one("bare", "the command line, for an organisation without any capacity", bare));
    let nowhere = Ties { capacities: None, ..ties(Caller::House, &[]) };
    columns.push(one("void", "the command line, for an organisation that is not there", nowhere));
    columns
}

fn answer(answer: Result<(), Denied>) -> &'static str {
    match answer {
        Ok(()) => "yes",
        Err(Denied::Unauthenticated) => "401",
        Err(Denied::Forbidden) => "403",
        Err(Denied::Hidden) => ".",
        Err(Denied::LacksCapacity) => "cap",
        Err(Denied::ActingForWhom) => "who",
    }
}

/// Only where several callers share a column may a cell hold two answers.
fn width(head: &str) -> usize {
    if head == "else" { 9 } else { 5 }
}

fn table() -> String {
    let callers = callers();
    let mut text = String::from(
        "yes: may; 401: must sign in; 403: knows of it and may not; a point: it does not exist for the caller (404);\n\
         cap: the organisation lacks the capacity; who: must name the organisation\n\n",
    );
    for (head, what, _) in &callers {
        let _ = writeln!(text, "{head:<5} {what}");
    }
    let heads: String = callers.iter().map(|(head, ..)| format!("{head:>w$}", w = width(head))).collect();
    let _ = writeln!(text, "\n{:<42}{heads}", "");
    for asked in every_action() {
        let cells = callers.iter().map(|(head, _, all)| {
            let answers: BTreeSet<&str> = all.iter().map(|ties| answer((asked.ask)(ties))).collect();
            format!("{:>w$}", answers.into_iter().collect::<Vec<_>>().join("/"), w = width(head))
        });
        let name = format!("{} {}", asked.name, asked.of_what);
        let _ = writeln!(text, "{:<42}{}", name.trim_end(), cells.collect::<String>());
    }
    text
}

#[test]
fn who_may_do_what() {
    assert_snapshot!(table());
}

#[test]
fn to_every_role_elsewhere_and_every_client_elsewhere_nothing_here_exists() {
    let strangers = || {
        let people = Role::ALL.iter().map(|role| person(&[(theirs(), *role)]));
        people.chain([client(theirs(), Scope::ALL)])
    };
    let about_us = |asked: &Asked| {
        let bare = Ties { capacities: None, ..ties(Caller::House, &[]) };
        (asked.ask)(&bare) == Err(Denied::Hidden) && asked.of_what != "whoever acts"
    };
    for asked in every_action().iter().filter(|asked| about_us(asked)) {
        for stranger in strangers() {
            assert_eq!((asked.ask)(&stranger), Err(Denied::Hidden), "{} for {stranger:?}", asked.name);
        }
    }
}

#[test]
fn every_action_in_the_sources_is_in_the_table() {
    let mut found = BTreeSet::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let known: BTreeSet<String> = every_action().iter().map(|asked| asked.name.to_owned()).collect();
    assert!(found.len() > 40, "the test reads the sources");
    assert_eq!(found, known);
}

fn gather(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            gather(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = fs::read_to_string(&path).expect("readable");
            found.extend(text.lines().filter_map(|line| name_in(line.trim())).map(str::to_owned));
        }
    }
}

/// The name in `const NAME: &'static str = "name";`, or in a line of one of the macros: `Type "name";`, `Type "name": …`.
fn name_in(line: &str) -> Option<&str> {
    let quoted = match line.strip_prefix("const NAME: &'static str = ") {
        Some(rest) => rest,
        None => {
            let (kind, rest) = line.split_once(' ')?;
            let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(char::is_alphanumeric);
            if is_type { rest } else { return None }
        }
    };
    let (name, after) = quoted.strip_prefix('"')?.split_once('"')?;
    let ends = after.starts_with(';') || after.starts_with(':');
    (ends && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')).then_some(name)
}
