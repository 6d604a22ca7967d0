//! A whole server, called without a socket.

use std::{path::Path, rc::Rc, sync::Arc};

use actix_web::{
    body::MessageBody,
    middleware::from_fn,
    test::{self, TestRequest},
};
use attest::{
    access::Actor,
    app,
    identity::accounts::{Opening, store::open},
    organisations::store::join,
    platform::{
        clock::Clock,
        config::{Config, MailRoute},
        db::{Db, Tx, connection::Purpose, run::prelude::*},
        feed,
        http::around,
        ids::Mint,
        input::{Email, Field, Reading},
        jobs,
        mail::Mail,
        problem::Problem,
        vault::Vault,
    },
    words::*,
};
use chrono::TimeDelta;
use diesel::sql_query;
use futures_util::future::LocalBoxFuture;
use serde_json::{Value, json};

use super::{
    caller::Caller,
    database::{Database, NOW, at},
    post::Post,
    reply::Arriving,
};

pub type Serving = Rc<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Arriving>>;

/// A server of one test. Dropping it with unread mail or undone work fails the test.
pub struct App {
    pub server: app::App,
    pub clock: Clock,
    serving: Serving,
    // Dropped last: the database outlives its connections.
    database: Database,
}

/// Argon2 would take its time for each person of each test; nobody signs in with this.
/// What stands for the hash of a password nobody has.
pub const NO_PASSWORD: &str = "unusable";

impl App {
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// A server whose mail leaves by SMTP.
    pub async fn sending_to(post: &Post) -> Self {
        Self::start_with(|config| config.mail = MailRoute::Smtp(post.url())).await
    }

    /// The same, configured otherwise.
    pub async fn start_with(changes: impl FnOnce(&mut Config)) -> Self {
        let database = Database::new();
        let mut config = database.config();
        changes(&mut config);
        let clock = Clock::standing_at(at(NOW));
        let vault = Arc::new(Vault::new(&config.master_key, &config.ledger_key));
        let db = Db::open(&database.location, clock.clone(), Mint::counting(), vault, config.connections);
        let server = app::App::over(db.expect("the database opens"), config).expect("the server starts");
        let serving = serving(&server).await;
        Self { server, clock, serving, database }
    }

    /// Another instance over the same database, as behind a load balancer.
    pub async fn another_instance(&self) -> Caller {
        let config = Config::clone(&self.server.house.config);
        let server = app::App::over(self.db().clone(), config).expect("the server starts");
        Caller { serving: serving(&server).await, ..self.nobody() }
    }

    /// An instance on another machine: it hears nothing of what is committed here.
    pub async fn instance_elsewhere(&self) -> Caller {
        let config = Config::clone(&self.server.house.config);
        let vault = Arc::new(Vault::new(&config.master_key, &config.ledger_key));
        let db = Db::open(&self.database.location, self.clock.clone(), Mint::random(), vault, config.connections);
        let server = app::App::over(db.expect("the database opens"), config).expect("the server starts");
        Caller { serving: serving(&server).await, ..self.nobody() }
    }

    /// Stops the server and starts it with another configuration. Callers go on with [`Self::again`].
    pub async fn restart_with(&mut self, changes: impl FnOnce(&mut Config)) {
        let mut config = Config::clone(&self.server.house.config);
        changes(&mut config);
        let db = app::open_database(&config, self.clock.clone(), Mint::random()).expect("the database opens");
        self.server = app::App::over(db, config).expect("the server starts");
        self.serving = serving(&self.server).await;
    }

    /// Somebody who called before the server was started again.
    pub fn again(&self, caller: &Caller) -> Caller {
        Caller { serving: self.serving.clone(), ..caller.clone() }
    }

    pub fn db(&self) -> &Db {
        &self.server.house.db
    }

    /// Moves the clock on.
    pub fn later(&self, span: TimeDelta) {
        self.clock.move_to(self.clock.now().plus(span));
    }

    /// Moves the clock on to noon of a day.
    pub fn on(&self, day: &str) {
        self.clock.move_to(at(&format!("{day}T11:00:00Z")));
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Caller {
        Caller { serving: self.serving.clone(), token: None, person: None, account: None, headers: Vec::new() }
    }

    /// A person with an account, signed in.
    pub async fn person(&self, name: &str, email: &str, birth_date: &str) -> Caller {
        let (name, email) = (name.to_owned(), email.to_owned());
        let birth_date: Day = birth_date.parse().expect("a day");
        let (opened, sign_in) = self
            .write(move |tx| {
                let opened = open(
                    tx,
                    &Opening {
                        name: &name,
                        birth_date: Some(birth_date),
                        email: Email::read_text(&email, &Reading { today: tx.today() })?,
                        password_hash: NO_PASSWORD,
                        lang: Lang::Nb,
                    },
                )?;
                Ok((opened, sign_in(tx, opened.account)))
            })
            .await;
        let actor = Actor::Account { account: opened.account, sign_in };
        let token = self.server.tokens.issue(actor, self.clock.now()).expect("a token");
        Caller { token: Some(token), person: Some(opened.person), account: Some(opened.account), ..self.nobody() }
    }

    /// The same person, signed in anew: the clock has moved on since.
    pub async fn signed_in_again(&self, caller: &Caller) -> Caller {
        let account = caller.account.expect("an account");
        let sign_in = self.write(move |tx| Ok(sign_in(tx, account))).await;
        let actor = Actor::Account { account, sign_in };
        let token = self.server.tokens.issue(actor, self.clock.now()).expect("a token");
        Caller { token: Some(token), ..caller.clone() }
    }

    /// An operator.
    pub async fn operator(&self) -> Caller {
        self.member_of(OPERATOR, Role::Operator, None).await
    }

    /// A member of an organisation, named by its id or by the body that describes it.
    pub async fn member(&self, organisation: &Value, role: Role) -> Caller {
        let id = organisation.as_str().or(organisation["id"].as_str()).expect("an organisation");
        self.member_of(id.parse().expect("an id"), role, None).await
    }

    pub async fn member_of(&self, organisation: OrganisationId, role: Role, team: Option<TeamId>) -> Caller {
        let unique = self.db().new_uuid().simple().to_string();
        let caller = self.person("Member", &format!("{role}-{unique}@example.no"), "1980-01-01").await;
        let person = caller.person.expect("a person");
        self.write(move |tx| Ok(join(tx, organisation, person, role, team)?)).await;
        caller
    }

    /// An organisation with capacities, made by an operator.
    pub async fn organisation(&self, name: &str, number: &str, capacities: &[&str]) -> Value {
        let body = json!({ "name": name, "number": number, "capacities": capacities });
        self.operator().await.post("/v1/organisations", body).await.expect(201)
    }

    /// Does all that is due, and numbers what happened.
    pub async fn run_jobs(&self) {
        while jobs::do_what_is_due(self.db(), &self.server.workers).await.expect("the outbox can be read") > 0 {}
        while self.db().write(feed::number).await.expect("the feed can be numbered") {}
    }

    /// Works on all imports that wait.
    pub fn run_imports(&self) {
        attest::imports::work::do_what_waits(self.db()).expect("the imports can be taken");
    }

    /// Issues everything that waits to be certified.
    pub async fn run_batches(&self) {
        use attest::completions::certify::batches::work::do_some;
        while do_some(&self.server.house).await.expect("what waits can be certified") > 0 {}
    }

    /// The folder the database lies in.
    pub fn folder(&self) -> &Path {
        &self.database.folder
    }

    /// Is this test run on SQLite?
    pub fn on_sqlite(&self) -> bool {
        matches!(self.database.location, attest::platform::db::Location::Sqlite(_))
    }

    /// Does all that is due, and takes the mail.
    pub async fn mails(&self) -> Vec<Mail> {
        self.run_jobs().await;
        self.server.mailer.take()
    }

    /// The one letter that waits, and the token it holds.
    pub async fn letter(&self) -> (Mail, String) {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "expected one letter");
        let mail = mails.remove(0);
        let token = mail.text.lines().find(|line| line.len() == 43 && !line.contains(' '));
        let token = token.unwrap_or_default().to_owned();
        (mail, token)
    }

    /// Writes straight into the database, past the API.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> T {
        self.db().write(work).await.expect("written")
    }

    /// Every text the database holds, for tests that look for what must not be there.
    pub fn everything_stored(&self) -> String {
        let tables = [
            "persons",
            "cards",
            "card_emails",
            "accounts",
            "account_emails",
            "sign_ups",
            "outbox",
            "audit",
            "attempts",
            "invitations",
            "idempotency_keys",
        ];
        tables.iter().map(|table| self.dump(table)).collect()
    }

    /// Every row of every table as text.
    pub fn every_row(&self) -> String {
        #[derive(QueryableByName)]
        struct Table {
            #[diesel(sql_type = diesel::sql_types::Text)]
            name: String,
        }
        let mut conn = self.database.location.open(Purpose::Read).expect("opened");
        let query = match &mut conn {
            attest::platform::db::Connection::Postgres(_) => {
                "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()"
            }
            attest::platform::db::Connection::Sqlite(_) => "SELECT name FROM sqlite_schema WHERE type = 'table'",
        };
        let tables: Vec<Table> = sql_query(query).load(&mut conn).expect("the tables can be listed");
        tables.iter().map(|table| self.dump(&table.name)).collect()
    }

    /// The rows of a table as text, one a line.
    pub fn dump(&self, table: &str) -> String {
        #[derive(QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let mut conn = self.database.location.open(Purpose::Read).expect("opened");
        let query = match &mut conn {
            attest::platform::db::Connection::Postgres(_) => format!("SELECT t::text AS line FROM {table} t"),
            attest::platform::db::Connection::Sqlite(_) => {
                let columns = columns(&mut conn, table).join(", '|', ");
                format!("SELECT concat({columns}) AS line FROM {table}")
            }
        };
        let lines: Vec<Line> = sql_query(query).load(&mut conn).expect("the table can be read");
        lines.into_iter().map(|line| format!("{table}: {}\n", line.line)).collect()
    }

    pub fn count(&self, table: &str) -> usize {
        self.dump(table).lines().count()
    }
}

fn columns(conn: &mut attest::platform::db::Connection, table: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let columns: Vec<Column> =
        sql_query(format!("SELECT name FROM pragma_table_info('{table}')")).load(conn).expect("a table");
    columns
        .into_iter()
        .map(|column| format!("CASE typeof({0}) WHEN 'blob' THEN hex({0}) ELSE {0} END", column.name))
        .collect()
}

fn sign_in(tx: &mut Tx<'_>, account: AccountId) -> SignInId {
    use attest::platform::db::schema::sign_ins;
    let (id, now) = (tx.new_id(), tx.now());
    diesel::insert_into(sign_ins::table)
        .values((
            sign_ins::id.eq(id),
            sign_ins::account.eq(account),
            sign_ins::created_at.eq(now),
            sign_ins::last_used_at.eq(now),
            sign_ins::expires_at.eq(now.plus(TimeDelta::days(90))),
        ))
        .execute(tx.conn())
        .expect("written");
    id
}

async fn serving(server: &app::App) -> Serving {
    let actix = actix_web::App::new().wrap(from_fn(around)).configure(app::configure(server));
    let service = Rc::new(test::init_service(actix).await);
    Rc::new(move |request: TestRequest| {
        let service = service.clone();
        Box::pin(async move {
            let response = test::call_service(&*service, request.to_request()).await;
            let status = response.status();
            let text_of = |value: &actix_web::http::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
            let headers = response.headers().iter().map(|(n, v)| (n.to_string(), text_of(v))).collect();
            Arriving { status, headers, body: response.into_body().boxed() }
        })
    })
}

impl Drop for App {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let undone = self.db().read_here(jobs::waiting).map(|(count, _)| count).unwrap_or(0);
        assert_eq!(undone, 0, "the test left work undone: call run_jobs or mails");
        let unread: Vec<String> = self.server.mailer.take().into_iter().map(|mail| mail.subject).collect();
        assert!(unread.is_empty(), "the test left mail unread: {unread:?}");
    }
}
