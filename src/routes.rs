//! The one table of routes: method, path, handler, and what it does in one sentence. The server and the API document both
//! come from it. A route is public if its handler takes no `Call`.

use std::sync::OnceLock;

use crate::{
    catalogue::{competences::routes as competences, courses::routes as courses, schemes::routes as schemes},
    certificates::{
        bodies::routes as bodies, credential::routes as credentials, keys::routes as issuer_keys,
        photos::routes as photos, routes as certificates, settings::routes as issuing, snapshot::routes as snapshot,
        status::routes as status, verify::file::routes as verify_file,
    },
    completions::{
        certify::{batches::routes as batches, routes as certify},
        routes as completions,
    },
    exports::routes as exports,
    identity::{accounts::routes as accounts, clients::routes as clients, invitations::routes as invitations},
    identity::{sign_ins::routes as sign_ins, tokens::routes as tokens},
    imports::routes as imports,
    operations,
    organisations::{registers::routes as registers, routes as organisations, staff::routes as staff},
    pages,
    people::routes as people,
    platform::{
        http::{Answer, Json, Room, Route, Routes, delete, document, get, patch, post, put},
        problem::{Kind, Problem},
    },
    privacy::{
        annulments::routes as annulments, cases::routes as cases, custodies::routes as kept,
        deregistration::routes as deregistration, dissolutions::routes as dissolutions, erasures::routes as erasures,
        hand_overs::routes as hand_overs, holds::routes as holds, notices::routes as notices, packs::routes as packs,
        releases::routes as releases, routes as privacy, transfers::routes as transfers,
        undecided::routes as undecided,
    },
    requirements::routes as requirements,
};

/// The table.
pub fn routes() -> Routes {
    Routes::of([
        Room::of("identity", "Signing up, in and out, invitations.", identity()),
        Room::of("oneself", "What a person sees and decides about themselves.", oneself()),
        Room::of("organisations", "Organisations, what they act as, what certifies them.", organisations()),
        Room::of("members", "Who works in Attest for an organisation, and as what.", members()),
        Room::of("integrators", "API clients, their tokens, and the keys that tokens verify with.", integrators()),
        Room::of("staff", "Whom an organisation knows and employs, and what it demands of them.", staff()),
        Room::of("catalogue", "Competences, certification schemes, courses.", catalogue()),
        Room::of("completions", "Recording, correcting and reading completions.", completions()),
        Room::of("certificates", "Issuing, ending and verifying certificates.", certificates()),
        Room::of("imports", "Files that become completions or staff.", imports()),
        Room::of("exports", "Whole lists as files.", exports()),
        Room::of("privacy", "What is kept about people, why, and for how long.", privacy()),
        Room::of("pages", "Pages for people who read the API's answers.", pages()),
        Room::of("operations", "What those who run the server ask it.", operations()),
    ])
}

#[rustfmt::skip] // a line is a line
fn identity() -> Vec<Route> {
    vec![
        post("/v1/accounts", accounts::sign_up, "Signs up; a letter to the address says how to go on."),
        post("/v1/accounts/verification", accounts::verify, "Opens the account whose address the token proves.").may(&[Kind::LinkSpent]),
        post("/v1/accounts/password-resets", accounts::ask_for_reset, "Asks for a letter to choose a new password with."),
        post("/v1/accounts/password-resets/confirmation", accounts::reset, "Sets a new password and ends every sign-in.").may(&[Kind::LinkSpent]),
        post("/v1/accounts/{account}/minor", deregistration::report_minor, "The operator was told that the account is a child's: nobody comes into it until another operator has answered. It goes at once if its own day of birth says so.").may(&[Kind::Conflict]),
        post("/v1/accounts/{account}/minor/confirmation", deregistration::confirm_minor, "Another operator confirms that the account is a child's: it goes with all that no law orders kept.").may(&[Kind::NotNow, Kind::AnotherHuman]),
        post("/v1/accounts/{account}/minor/refusal", deregistration::refuse_minor, "An operator refuses such a report: the account is open again."),
        post("/v1/accounts/{account}/death", deregistration::death, "The operator was told that the person has died: the account ends, and employments with it."),
        post("/v1/accounts/{account}/closure", accounts::close, "The operator closes an account.").may(&[Kind::TheLast]),
        post("/v1/sessions", sign_ins::begin, "Signs a person in.").may(&[Kind::WrongCredentials]),
        post("/v1/sessions/refresh", sign_ins::refresh, "Exchanges a refresh token, once, for the next pair of tokens.").may(&[Kind::Unauthenticated]),
        delete("/v1/sessions/current", sign_ins::end, "Signs out."),
        get("/v1/me/memberships", accounts::memberships, "Lists the organisations the person works for in Attest."),
        post("/v1/me/deregistration", deregistration::deregister, "Leaves: the account rests for coming back, or goes at once with everything that may go.").may(&[Kind::PlanChanged, Kind::TheLast]),
        post("/v1/invitations/acceptance", invitations::accept, "Accepts an invitation.").may(&[Kind::LinkSpent]),
    ]
}

#[rustfmt::skip] // a line is a line
fn oneself() -> Vec<Route> {
    vec![
        get("/v1/me", people::me, "Shows the own card."),
        patch("/v1/me", people::change_me, "Changes the own card."),
        delete("/v1/me/mobile", people::remove_mobile, "Removes the own mobile number, wherever it is kept."),
        get("/v1/me/claims", people::my_claims, "Lists which other persons one turned out to be."),
        post("/v1/me/claims", people::claim, "Claims records kept under the own e-mail and birth date."),
        delete("/v1/me/claims/{claim}", people::undo_claim, "Undoes a claim: the persons are two again."),
        get("/v1/me/completions", completions::mine, "Lists the own completions, with everyone who holds them and why."),
        get("/v1/me/completions/{completion}", completions::my_one, "Shows one of the own completions."),
        put("/v1/me/completions/{completion}/portfolio", completions::keep, "Keeps a completion in the own portfolio."),
        delete("/v1/me/completions/{completion}/portfolio", completions::let_go, "Takes it out of the portfolio again."),
        get("/v1/me/certificates", certificates::mine, "Lists the own certificates."),
        get("/v1/me/certificates/{certificate}", certificates::my_one, "Shows one of the own certificates."),
        get("/v1/me/certificates/{certificate}/pdf", certificates::my_pdf, "One of the own certificates as a document to print or to keep.").may(&[Kind::DocumentErased]),
        get("/v1/me/certificates/{certificate}/credentials", credentials::mine, "The portable form of one of the own certificates: a credential for each competence or course."),
        get("/v1/me/certificates/{certificate}/credentials/{credential}", credentials::my_one, "One of the own credentials as a file, for a wallet or another system."),
        get("/v1/me/certificates/{certificate}/credentials/{credential}/token", credentials::my_token, "The same as a token (JWT, RS256), for readers that know no linked data."),
        get("/v1/me/credentials", credentials::all_mine, "All own credentials in one file, with a manifest."),
        post("/v1/me/certificates/{certificate}/surrender", certificates::surrender, "Gives one of the own certificates back.").may(&[Kind::Invalid]),
        get("/v1/me/disclosures", completions::disclosures, "Lists who was shown what about oneself, as sentences."),
    ]
}

#[rustfmt::skip] // a line is a line
fn organisations() -> Vec<Route> {
    vec![
        get("/v1/organisations", organisations::list, "Lists all organisations, for the operator."),
        post("/v1/organisations", organisations::create, "Creates an organisation."),
        get("/v1/organisations/{organisation}", organisations::show, "Shows an organisation."),
        patch("/v1/organisations/{organisation}", organisations::change, "Changes what an organisation says about itself."),
        post("/v1/organisations/{organisation}/capacities", organisations::grant, "Grants a capacity."),
        post("/v1/organisations/{organisation}/certifications", organisations::certify, "Records a certification."),
        get("/v1/organisations/{organisation}/registers", registers::list, "Lists which register certifies what the provider may not certify itself, by day."),
        post("/v1/organisations/{organisation}/registers", registers::choose, "Chooses a register from a day on; it then sees and certifies those completions."),
    ]
}

#[rustfmt::skip] // a line is a line
fn members() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/memberships", organisations::members, "Lists the members."),
        delete("/v1/organisations/{organisation}/memberships/{membership}", organisations::end_membership, "Ends a membership at once.").may(&[Kind::TheLast]),
        get("/v1/organisations/{organisation}/invitations", invitations::list, "Lists the open invitations."),
        post("/v1/organisations/{organisation}/invitations", invitations::invite, "Invites somebody to a role, by mail."),
        delete("/v1/organisations/{organisation}/invitations/{invitation}", invitations::withdraw, "Takes an invitation back."),
    ]
}

#[rustfmt::skip] // a line is a line
fn integrators() -> Vec<Route> {
    vec![
        post("/oauth/token", clients::token, "Signs an API client in (RFC 6749, client credentials).").may(&[Kind::InvalidTokenRequest, Kind::InvalidClient, Kind::InvalidScope]),
        get("/.well-known/jwks.json", tokens::key_set, "The public keys that access tokens verify with."),
        get("/v1/organisations/{organisation}/api-clients", clients::list, "Lists the API clients."),
        post("/v1/organisations/{organisation}/api-clients", clients::create, "Makes an API client; its secret is shown once."),
        post("/v1/organisations/{organisation}/api-clients/{client}/secret", clients::rotate, "Gives an API client a new secret, shown once."),
        delete("/v1/organisations/{organisation}/api-clients/{client}", clients::revoke, "Revokes an API client at once."),
    ]
}

#[rustfmt::skip] // a line is a line
fn staff() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/persons", people::list, "Lists the organisation's own cards."),
        post("/v1/organisations/{organisation}/persons", people::create, "Makes a person known to the organisation."),
        post("/v1/organisations/{organisation}/persons/search", people::search, "Finds own cards by reference or e-mail."),
        get("/v1/organisations/{organisation}/persons/{person}", people::show, "Shows one of the organisation's cards."),
        patch("/v1/organisations/{organisation}/persons/{person}", people::change, "Changes one of the organisation's cards."),
        post("/v1/organisations/{organisation}/persons/{person}/invitation", invitations::invite_to_claim, "Invites a person, by mail, to claim the organisation's card."),
        get("/v1/organisations/{organisation}/teams", staff::teams, "Lists the teams."),
        post("/v1/organisations/{organisation}/teams", staff::create_team, "Makes a team."),
        patch("/v1/organisations/{organisation}/teams/{team}", staff::rename_team, "Renames a team."),
        delete("/v1/organisations/{organisation}/teams/{team}", staff::remove_team, "Removes a team nothing refers to."),
        get("/v1/organisations/{organisation}/employments", staff::employments, "Lists who is employed, and who was."),
        post("/v1/organisations/{organisation}/employments", staff::employ, "Begins an employment."),
        patch("/v1/organisations/{organisation}/employments/{employment}", staff::change_employment, "Changes or ends an employment."),
        get("/v1/organisations/{organisation}/requirements", requirements::list, "Lists what is demanded of whom."),
        post("/v1/organisations/{organisation}/requirements", requirements::set, "Demands a competence of a group of people."),
        patch("/v1/organisations/{organisation}/requirements/{requirement}", requirements::change, "Changes the days of a requirement, or ends it."),
    ]
}

#[rustfmt::skip] // a line is a line
fn catalogue() -> Vec<Route> {
    vec![
        get("/v1/competences", competences::list, "Lists competences, by class, scheme, owner or code."),
        post("/v1/competences", competences::add, "Adds a competence: national by the operator, a provider's own by itself."),
        get("/v1/competences/{competence}", competences::show, "Shows a competence with the law that asks for it."),
        patch("/v1/competences/{competence}", competences::change, "Changes a competence."),
        get("/v1/schemes", schemes::list, "Lists the certification schemes."),
        post("/v1/schemes", schemes::add, "Adds a scheme."),
        get("/v1/schemes/{scheme}", schemes::show, "Shows a scheme and what its body may receive."),
        patch("/v1/schemes/{scheme}", schemes::change, "Changes a scheme, or whose it is."),
        get("/v1/courses", courses::list, "Lists courses, by provider or competence."),
        post("/v1/courses", courses::add, "Adds a course."),
        get("/v1/courses/{course}", courses::show, "Shows a course."),
        patch("/v1/courses/{course}", courses::change, "Changes a course, closes it or opens it again."),
    ]
}

#[rustfmt::skip] // a line is a line
fn completions() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/completions", completions::list, "Lists what the organisation holds in a capacity.").may(&[Kind::StorageFull]),
        post("/v1/organisations/{organisation}/completions", completions::record, "Records a completion."),
        get("/v1/organisations/{organisation}/completions/{completion}", completions::show, "Shows one completion the organisation holds.").may(&[Kind::StorageFull]),
        post("/v1/organisations/{organisation}/completions/{completion}/versions", completions::correct, "Corrects a completion by a new version."),
        get("/v1/schemes/{scheme}/holders", completions::holders, "What happened in a scheme since a number, for its body.").may(&[Kind::StorageFull]),
    ]
}

#[rustfmt::skip] // a line is a line
fn certificates() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/issuing", issuing::show, "Shows how the organisation issues."),
        put("/v1/organisations/{organisation}/issuing", issuing::choose, "Chooses how the organisation issues."),
        get("/v1/organisations/{organisation}/issuing/logo", issuing::logo, "The logo on what the organisation issues."),
        put("/v1/organisations/{organisation}/issuing/logo", issuing::put_logo, "Puts a logo on what the organisation issues from now on."),
        delete("/v1/organisations/{organisation}/issuing/logo", issuing::remove_logo, "Takes the logo off what the organisation issues from now on."),
        get("/v1/organisations/{organisation}/persons/{person}/photo", photos::show, "The photo that waits to be used on a certificate."),
        put("/v1/organisations/{organisation}/persons/{person}/photo", photos::put, "Sends the holder's photo, for certificates that need one."),
        delete("/v1/organisations/{organisation}/persons/{person}/photo", photos::remove, "Takes the photo away; what was issued with it keeps it."),
        get("/v1/organisations/{organisation}/certificates", certificates::list, "Lists the certificates the organisation issued."),
        post("/v1/organisations/{organisation}/certificates", certify::issue, "Issues a certificate for completions of one person; for the same ones there is one."),
        get("/v1/organisations/{organisation}/certificates/{certificate}", certificates::show, "Shows a certificate the organisation issued."),
        get("/v1/organisations/{organisation}/certificates/{certificate}/pdf", certificates::pdf, "The certificate as a document to print or to keep.").may(&[Kind::DocumentErased]),
        get("/v1/organisations/{organisation}/certificates/{certificate}/credentials", credentials::issued, "The portable form of a certificate the organisation issued."),
        post("/v1/organisations/{organisation}/certificates/{certificate}/corrections", certify::amend, "Corrects a certificate: it gets a new code, and the old code answers that it was replaced."),
        post("/v1/organisations/{organisation}/certificates/{certificate}/revocation", certificates::revoke, "Revokes a certificate; it stays, and says so."),
        delete("/v1/organisations/{organisation}/certificates/{certificate}/revocation", certificates::annul, "Annuls a revocation that was wrong: the certificate is issued anew under another code.").may(&[Kind::Invalid]),
        post("/v1/organisations/{organisation}/certificates/{certificate}/suspension", certificates::suspend, "Suspends a certificate until something is cleared up."),
        delete("/v1/organisations/{organisation}/certificates/{certificate}/suspension", certificates::reinstate, "Ends a suspension.").may(&[Kind::Invalid]),
        get("/v1/organisations/{organisation}/completions/{completion}/certificates", certify::held, "Lists the certificates about a completion the organisation holds, as far as it holds all they are about.").may(&[Kind::StorageFull]),
        get("/v1/organisations/{organisation}/completions/{completion}/certificates/{certificate}/pdf", certify::held_pdf, "Such a certificate as a document to print or to keep.").may(&[Kind::StorageFull, Kind::DocumentErased]),
        get("/v1/organisations/{organisation}/certificate-batches", batches::list, "Lists what the organisation asked to be certified together, the latest first."),
        post("/v1/organisations/{organisation}/certificate-batches", batches::ask, "Asks for certificates of everything that fits; a worker issues one after the other."),
        get("/v1/organisations/{organisation}/certificate-batches/{batch}", batches::show, "Shows how far a batch is."),
        post("/v1/organisations/{organisation}/certificate-batches/{batch}/cancellation", batches::cancel, "Calls a batch off; what was issued before stays.").may(&[Kind::NotNow]),
        get("/v1/organisations/{organisation}/not-certified", batches::not_certified, "Lists what was to be certified and cannot be as it is, with what to do about it."),
        get("/v1/schemes/{scheme}/certificates", bodies::list, "Lists what was issued in a scheme, for its body.").may(&[Kind::StorageFull]),
        post("/v1/schemes/{scheme}/certificates/{certificate}/confirmation", bodies::confirm, "The body of the scheme says that the certificate is in order.").may(&[Kind::Invalid]),
        post("/v1/schemes/{scheme}/certificates/{certificate}/countersignature", bodies::countersign, "The body of the scheme stands for the certificate beside its issuer.").may(&[Kind::Invalid]),
        post("/v1/schemes/{scheme}/certificates/{certificate}/revocation", bodies::revoke, "The body of the scheme revokes the certificate; it stays, and says so."),
        delete("/v1/schemes/{scheme}/certificates/{certificate}/revocation", bodies::annul, "The body of the scheme undoes its own revocation: the certificate is issued anew under another code.").may(&[Kind::Invalid]),
        post("/v1/organisations/{organisation}/issuer-keys", issuer_keys::rotate, "Replaces the key the organisation signs with; what the old one signed goes on verifying."),
        get("/o/{organisation}/did.json", issuer_keys::did_document, "Where the keys of an issuer are found (did:web)."),
        get("/o/{organisation}/jwks.json", issuer_keys::key_set, "The keys of an issuer as a set."),
        get("/o/{organisation}/keys/{key}", issuer_keys::key, "One key of an issuer."),
        get("/o/{organisation}/status/{list}", status::revocations, "Which credentials of an issuer do not hold: a signed list of bits."),
        get("/o/{organisation}/status/{list}/suspension", status::suspensions, "Which of them do not hold only for the time being."),
        get("/v1/verify/snapshot", snapshot::download, "The keys and status lists of every issuer or of one, signed, to verify by where there is no network (`attest verify`).").may(&[Kind::NotFound]),
        get("/v1/verify/snapshot/key", snapshot::signing_key, "The key that snapshots are signed with. It stays the same for ever: write it down."),
        get("/v1/verify/{code}", certificates::verify_one, "What a certificate is worth, for anyone who holds its code."),
        post("/v1/verify/file", verify_file::verify_file, "Is a file what was issued? A document or a credential, of 10 MiB at most."),
        post("/v1/verify", certificates::verify_several, "What several certificates are worth."),
    ]
}

#[rustfmt::skip] // a line is a line
fn imports() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/imports/{subject}", imports::list, "Lists the imports, the latest first."),
        post("/v1/organisations/{organisation}/imports/{subject}", imports::send, "Sends a file; the answer says what its columns seem to mean."),
        get("/v1/organisations/{organisation}/imports/{subject}/{import}", imports::show, "Shows how far an import is, and what its columns seem to mean as long as nobody has confirmed it."),
        post("/v1/organisations/{organisation}/imports/{subject}/{import}/start", imports::start, "Confirms what the columns mean, and lets the import begin.").may(&[Kind::NotNow]),
        post("/v1/organisations/{organisation}/imports/{subject}/{import}/cancellation", imports::cancel, "Calls an import off; what was written before stays.").may(&[Kind::NotNow]),
        get("/v1/organisations/{organisation}/imports/{subject}/{import}/results", imports::results, "What became of each row, by its line in the file."),
        post("/v1/organisations/{organisation}/imports/{subject}/{import}/undo", imports::undo, "Takes back what an import wrote, for thirty days.").may(&[Kind::NotNow, Kind::UndoTooLate]),
    ]
}

#[rustfmt::skip] // a line is a line
fn exports() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/exports/completions", exports::completions, "Exports what the organisation holds in a capacity."),
        get("/v1/organisations/{organisation}/exports/staff", exports::staff, "Exports who is employed, and who was, with the employer's cards."),
    ]
}

#[rustfmt::skip] // a line is a line
fn privacy() -> Vec<Route> {
    vec![
        post("/v1/me/erasure-plan", erasures::look, "Shows what would go and what would stay, why and until when, if one asked for erasure. Changes nothing."),
        post("/v1/me/erasures", erasures::erase, "Confirms a plan: what it said is carried out, and the receipt says what became of it.").may(&[Kind::PlanChanged]),
        get("/v1/me/erasures", erasures::list, "Lists what oneself had erased, with the receipts."),
        get("/v1/me/erasures/{erasure}", erasures::show, "Shows the receipt of an erasure."),
        get("/v1/me/erasures/{erasure}/pdf", erasures::pdf, "The receipt as a document to print or to keep, in the language that is asked for."),
        post("/v1/me/erasures/{erasure}/withdraw", erasures::withdraw, "Takes back what waits to be erased, as long as its day has not come.").may(&[Kind::NotNow]),
        get("/v1/me/completions/{completion}/hand-overs/{organisation}/plan", hand_overs::look, "Shows what an employer would hold, why and until when, if one handed it a completion it requires. Changes nothing.").may(&[Kind::Invalid, Kind::Conflict]),
        post("/v1/me/completions/{completion}/hand-overs/{organisation}", hand_overs::give, "Confirms such a plan: the employer holds the completion from now on, and no other of one's own.").may(&[Kind::PlanChanged]),
        get("/v1/me/custodies", kept::mine, "Lists what is kept about oneself: by whom, why, until when, and what would follow from asking for its erasure."),
        get("/v1/retention-schedule", privacy::retention_schedule, "The retention schedule: what is kept about people, on which basis, under which provision, until when."),
        get("/v1/me/cases", cases::mine, "Lists what oneself has asked of humans at controllers, and what they answered."),
        post("/v1/me/cases", cases::ask, "Objects to what a controller keeps by its own wish, or asks for another look at a refusal; what was asked before is not asked twice."),
        get("/v1/me/cases/{case}", cases::my_one, "Shows one of the own cases."),
        post("/v1/me/cases/{case}/withdraw", cases::withdraw, "Takes one of the own cases back.").may(&[Kind::NotNow]),
        get("/v1/organisations/{organisation}/privacy-cases", cases::list, "Lists the cases people have with the organisation: the open ones first, by the day they are due."),
        get("/v1/organisations/{organisation}/privacy-cases/{case}", cases::show, "Shows a case."),
        post("/v1/organisations/{organisation}/privacy-cases/{case}/decision", cases::decide, "Decides a case: what it is about is let go of and erased, or kept for a reason the person reads.").may(&[Kind::NotNow, Kind::MustStay, Kind::AnotherHuman]),
        post("/v1/organisations/{organisation}/privacy-cases/{case}/extension", cases::extend, "Extends the time limit of a case to three months, within the first one, for a reason the person reads.").may(&[Kind::NotNow, Kind::ExtensionTooLate]),
        post("/v1/organisations/{organisation}/releases", releases::create, "Lets go of what the organisation holds before its time is over: all that is named, or nothing.").may(&[Kind::MustStay]),
        get("/v1/organisations/{organisation}/releases/{release}", releases::show, "Shows what became of what was let go of."),
        get("/v1/organisations/{organisation}/annulments", annulments::list, "Lists the records that somebody here said never should have been, and what came of it."),
        post("/v1/organisations/{organisation}/annulments", annulments::propose, "Proposes that a record the organisation made be annulled, because it never should have been. Nothing changes until a second person confirms it.").may(&[Kind::BuiltOn]),
        get("/v1/organisations/{organisation}/annulments/{annulment}", annulments::show, "Shows an annulment, and what would follow from confirming it today."),
        delete("/v1/organisations/{organisation}/annulments/{annulment}", annulments::withdraw, "Takes back what oneself has proposed.").may(&[Kind::NotNow]),
        post("/v1/organisations/{organisation}/annulments/{annulment}/confirmation", annulments::confirm, "A second person confirms it: the record goes with everybody who holds it, or moves to the person whose it is. Whoever was shown it is told.").may(&[Kind::NotNow, Kind::AnotherHuman, Kind::PlanChanged, Kind::BuiltOn]),
        post("/v1/organisations/{organisation}/annulments/{annulment}/refusal", annulments::refuse, "A second person does not confirm it: the record stays.").may(&[Kind::NotNow, Kind::AnotherHuman]),
        put("/v1/organisations/{organisation}/dissolution", dissolutions::dissolve, "Says that an organisation is no more: its employments end, and what no law orders to be kept goes within twelve months."),
        delete("/v1/organisations/{organisation}/dissolution", dissolutions::reinstate, "Takes back that an organisation was dissolved: it acts again as what it acted, and employments go on as they were."),
        post("/v1/organisations/{organisation}/dissolution/transfers", transfers::propose_for_dissolved, "Proposes a successor for an organisation that is no more.").may(&[Kind::NotNow]),
        get("/v1/organisations/{organisation}/transfers", transfers::list, "Lists what the organisation hands on to others or takes over from them."),
        post("/v1/organisations/{organisation}/transfers", transfers::propose, "Proposes that another organisation take over what this one keeps, by category."),
        get("/v1/organisations/{organisation}/transfers/{transfer}", transfers::show, "Shows a transfer, and what would move today."),
        delete("/v1/organisations/{organisation}/transfers/{transfer}", transfers::withdraw, "Takes back a transfer nobody has answered yet.").may(&[Kind::NotNow]),
        post("/v1/organisations/{organisation}/transfers/{transfer}/acceptance", transfers::accept, "Takes over what the preview shows, with its clocks, holds and objections. The persons are told.").may(&[Kind::NotNow, Kind::PlanChanged]),
        post("/v1/organisations/{organisation}/transfers/{transfer}/refusal", transfers::refuse, "Does not take over what was proposed.").may(&[Kind::NotNow]),
        get("/v1/dissolutions", dissolutions::list, "Lists the organisations that were dissolved, and how much of what they keep needs a successor."),
        get("/v1/organisations/{organisation}/legal-holds", holds::list, "Lists the legal holds, the lifted ones too."),
        post("/v1/organisations/{organisation}/legal-holds", holds::set, "Sets a legal hold: nothing it lies on is erased or reduced until it is lifted."),
        get("/v1/organisations/{organisation}/legal-holds/{hold}", holds::show, "Shows a legal hold."),
        patch("/v1/organisations/{organisation}/legal-holds/{hold}", holds::change, "Reviews a legal hold: another day, another owner, another reference.").may(&[Kind::NotNow]),
        delete("/v1/organisations/{organisation}/legal-holds/{hold}", holds::lift, "Lifts a legal hold; it stays to be read.").may(&[Kind::NotNow]),
        get("/v1/organisations/{organisation}/erasure-notices", notices::list, "What the organisation was shown and others have erased or reduced since a number: erase what was copied from it."),
        get("/v1/organisations/{organisation}/pack", packs::show, "Shows what the organisation chooses inside the schedule's limits: by rule who answers requests and how long its own wish lasts, and how long what a person confirmed can be taken back."),
        post("/v1/organisations/{organisation}/pack-preview", packs::preview, "Shows what another pack would change: how much would be due sooner, and the first day; for how much requests would be referred. Changes nothing."),
        put("/v1/organisations/{organisation}/pack", packs::put, "Applies a pack as it was previewed; until when everything is kept is then worked out again.").may(&[Kind::PreviewChanged]),
        get("/v1/organisations/{organisation}/undecided", undecided::list, "Lists what the organisation keeps without its being known until when, and who is to say what.").may(&[Kind::StorageFull]),
    ]
}

#[rustfmt::skip] // a line is a line
fn pages() -> Vec<Route> {
    vec![
        get("/v", pages::verify_form, "A form for the code of a certificate."),
        post("/v", pages::verify_sent, "Is a file what was issued? As a page."),
        get("/v/{code}", pages::verification, "What a certificate is worth, as a page: where its QR code leads."),
        get("/problems", pages::problems, "Lists every kind of problem, as a page."),
        get("/problems/{problem}", pages::problem, "Says on a page what a kind of problem means and what to do."),
    ]
}

#[rustfmt::skip] // a line is a line
fn operations() -> Vec<Route> {
    vec![
        get("/healthz", operations::healthz, "The process is alive."),
        get("/readyz", operations::readyz, "The database answers."),
        get("/metrics", operations::metrics, "What was counted, for Prometheus."),
        get("/openapi.json", openapi, "This document."),
    ]
}

/// `GET /openapi.json`: the table itself, as a document.
async fn openapi() -> Result<Answer<Json>, Problem> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let body = match DOCUMENT.get() {
        Some(body) => body.clone(),
        None => {
            let body = document(&routes()).to_json().map_err(Problem::internal)?;
            DOCUMENT.get_or_init(|| body).clone()
        }
    };
    Ok(Answer::new(body, "public, max-age=300"))
}
