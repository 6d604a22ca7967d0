//! How the rows of the generated world look: the one place of the benches that knows. Each table has a tray; full trays go
//! into the database, to SQLite by one prepared insert per table, to PostgreSQL by `COPY`.

use attest::{
    platform::db::{Connection, schema::*},
    words::*,
};
use diesel::{ExecuteCopyFromDsl, Insertable, QueryResult, RunQueryDsl};

macro_rules! trays {
    ($($table:ident: $row:ident { $($column:ident: $type:ty),+ $(,)? })+) => {
        $(
            #[derive(Insertable)]
            #[diesel(table_name = $table, treat_none_as_default_value = false)]
            pub struct $row { $(pub $column: $type),+ }
        )+

        /// Rows that wait to be written.
        #[derive(Default)]
        pub struct Trays { $(pub $table: Vec<$row>),+ }

        impl Trays {
            /// How many rows wait.
            pub fn len(&self) -> usize {
                [$(self.$table.len()),+].iter().sum()
            }

            /// Writes what waits. A row that refers to another comes after it.
            pub fn write(&mut self, conn: &mut Connection) -> QueryResult<()> {
                $(
                    let rows = std::mem::take(&mut self.$table);
                    match conn {
                        Connection::Postgres(_) if rows.is_empty() => {}
                        Connection::Postgres(conn) => {
                            diesel::copy_from($table::table).from_insertable(rows).execute(conn)?;
                        }
                        Connection::Sqlite(conn) => {
                            for row in &rows {
                                diesel::insert_into($table::table).values(row).execute(conn)?;
                            }
                        }
                    }
                )+
                Ok(())
            }

            /// Writes what waits by prepared inserts, a row each, on either database: what a bare loop does.
            pub fn insert(&mut self, conn: &mut Connection) -> QueryResult<()> {
                $(
                    for row in self.$table.drain(..) {
                        match conn {
                            Connection::Postgres(conn) => {
                                diesel::insert_into($table::table).values(&row).execute(conn)?;
                            }
                            Connection::Sqlite(conn) => {
                                diesel::insert_into($table::table).values(&row).execute(conn)?;
                            }
                        }
                    }
                )+
                Ok(())
            }
        }
    };
}

trays! {
    persons: Person { id: PersonId, same_as: PersonId, created_at: Instant }
    organisations: Organisation {
        id: OrganisationId, number: String, name: String, employer_view: EmployerView, created_at: Instant, version: i64,
    }
    capacities: Acts { organisation: OrganisationId, capacity: Capacity, from_day: Day }
    cards: Card {
        id: CardId, person: PersonId, holder: Option<OrganisationId>, external_reference: Option<String>,
        name: Option<String>, birth_date: Option<Day>, source: &'static str, created_at: Instant, version: i64,
    }
    card_emails: CardEmail { card: CardId, email_key: String, email: String }
    claims: Claim {
        id: ClaimId, person: PersonId, claimed: PersonId, claimed_by: ClaimedBy, made_at: Instant,
        holder: OrganisationId,
    }
    accounts: Account {
        id: AccountId, person: PersonId, password_hash: &'static str, locale: &'static str, created_at: Instant,
        version: i64,
    }
    account_emails: AccountEmail { email_key: String, email: String, account: AccountId, verified_at: Instant }
    sign_ins: SignIn {
        id: SignInId, account: AccountId, created_at: Instant, last_used_at: Instant, expires_at: Instant,
    }
    teams: Team { id: TeamId, organisation: OrganisationId, name: String, created_at: Instant, version: i64 }
    memberships: Membership {
        id: MembershipId, organisation: OrganisationId, person: PersonId, role: Role, created_at: Instant,
    }
    api_clients: Client {
        id: ClientId, organisation: OrganisationId, name: &'static str, scopes: String, secret_hash: String,
        created_at: Instant, version: i64,
    }
    employments: Employment {
        id: EmploymentId, organisation: OrganisationId, person: PersonId, team: Option<TeamId>, from_day: Day,
        to_day: Option<Day>, created_at: Instant, version: i64,
    }
    courses: Course {
        id: CourseId, provider: OrganisationId, code: String, competence: Option<CompetenceId>, title_nb: String,
        sensitive: bool, created_at: Instant, version: i64,
    }
    requirements: Requirement {
        id: RequirementId, organisation: OrganisationId, competence: CompetenceId, from_day: Day, created_at: Instant,
        version: i64,
    }
    import_batches: Batch {
        id: BatchId, organisation: OrganisationId, source: &'static str, file_hash: String, done_by: DoneBy,
        started_at: Instant, read: i64, recorded: i64, changed: i64, unchanged: i64, refused: i64,
    }
    records: Record { id: RecordId, kind: RecordKind, person: PersonId, created_at: Instant }
    completions: Completion {
        record: RecordId, recorder: OrganisationId, competence: Option<CompetenceId>, course: Option<CourseId>,
        event: Option<EventId>, version: i64,
    }
    completion_versions: Version {
        completion: RecordId, version: i64, outcome: Outcome, on_day: Option<Day>, hours: Option<f64>,
        result: Option<String>, run: Option<String>, ordered_by_person: bool, ordered_by: Option<OrganisationId>,
        recorded_at: Instant, done_by: DoneBy, doer: Option<AnyId>, batch: Option<BatchId>,
    }
    custodies: Custody {
        record: RecordId, controller: OrganisationId, ground: Ground, capacity: Capacity, content: Content,
        category: String, schedule_version: &'static str, since: Instant,
    }
    portfolio: Kept { record: RecordId, accepted_at: Instant }
    disclosures: Disclosure {
        person: PersonId, organisation: OrganisationId, ground: Ground, day: Day, count: i64, first_at: Instant,
        last_at: Instant,
    }
    disclosure_records: Disclosed {
        person: PersonId, organisation: OrganisationId, ground: Ground, day: Day, record: RecordId,
    }
    certificates: Certificate {
        id: CertificateId, person: PersonId, issuer: OrganisationId, keeper: OrganisationId, number: String, kind: DocumentKind, about: String,
        renews: Option<CertificateId>, version: i64, created_at: Instant,
    }
    certificate_versions: CertificateVersion {
        certificate: CertificateId, version: i64, code: String, facts: String, issued_on: Day, valid_until: Option<Day>,
        issued_at: Option<Instant>, made_at: Instant, done_by: DoneBy, doer: Option<AnyId>, letter: bool,
    }
    certificate_lines: CertificateLine {
        certificate: CertificateId, version: i64, position: i16, completion: RecordId, completion_version: i64,
        competence: Option<CompetenceId>, completed: Option<Day>, valid_until: Option<Day>,
    }
    certificate_acts: CertificateActed {
        id: CertificateActId, certificate: CertificateId, act: CertificateAct, on_day: Day, done_by: DoneBy, at: Instant,
    }
    verification_codes: Code {
        hash: String, issuer: OrganisationId, certificate: Option<CertificateId>, version: i64,
    }
    import_rows: ImportRow {
        organisation: OrganisationId, source: &'static str, row_key: String, completion: RecordId, content_hash: String,
        batch: BatchId, line: i64,
    }
    feed: Event {
        id: FeedId, number: Option<i64>, kind: &'static str, audience: OrganisationId, scheme: Option<SchemeId>,
        record: RecordId, at: Instant,
    }
    audit: Audited {
        id: AuditId, at: Instant, done_by: DoneBy, doer: Option<AnyId>, action: &'static str,
        organisation: Option<OrganisationId>, subject: Option<AnyId>, salt: Option<String>, payload: Option<String>,
        commitment: String,
    }
}
