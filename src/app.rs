//! The server, put together: database, keys, mail, workers, routes. It decides nothing; it only hands things to each other.

use std::{io, sync::Arc, time::Duration};

use actix_web::{
    App as Actix, HttpResponse, HttpServer,
    http::header,
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use tokio::sync::watch;
use utoipa_swagger_ui::{Config as SwaggerConfig, SwaggerUi};

use crate::{
    certificates::{
        self,
        status::lists::Lists,
        verify::{cache::Answers, lookups::Lookups},
    },
    completions::{certify::batches, follow},
    documents,
    identity::{housekeeping, tokens::Tokens},
    imports,
    platform::{
        clock::Clock,
        config::Config,
        db::{self, Db, Tx, migrate},
        files::{BadPlace, Files},
        gate::Gate,
        http::{House, Limits, Metrics, around},
        ids::Mint,
        jobs::{self, Job, Workers},
        lasting,
        mail::{self, BadMail, Mail, Mailer},
        vault::Vault,
    },
    privacy::{self, clocks::CLOCKS, deregistration, erasures::lapsing, sweep::Counts, transfers},
    records::{self, schedule},
    routes::routes,
};

/// Everything the server is made of.
#[derive(Clone)]
pub struct App {
    /// What every handler can reach.
    pub house: House,
    /// Who signs access tokens.
    pub tokens: Arc<Tokens>,
    /// How mail leaves.
    pub mailer: Mailer,
    /// How often certificates are looked up, as far as it is not written down yet.
    pub lookups: Arc<Lookups>,
    /// What was answered about certificates within the last minute.
    pub answers: Arc<Answers>,
    /// The status lists that were signed here.
    pub lists: Arc<Lists>,
    /// Who does which kind of work from the outbox.
    pub workers: Workers,
}

/// Why the server does not start, or stopped.
#[derive(Debug, thiserror::Error)]
pub enum NotServing {
    /// The database cannot be opened or brought up to date.
    #[error(transparent)]
    Database(#[from] db::Error),
    /// Mail cannot be set up.
    #[error(transparent)]
    Mail(#[from] BadMail),
    /// The storage of documents cannot be set up.
    #[error(transparent)]
    Documents(#[from] BadPlace),
    /// A later retention schedule was in force.
    #[error(
        "the retention schedule {later} was in force, and this is {own}: name the file of the later one (ATTEST_SCHEDULE), or \
         give the one that is to come back a later version"
    )]
    OlderSchedule {
        /// The version that was in force.
        later: String,
        /// The version at hand.
        own: String,
    },
    /// The address is taken, or the server failed.
    #[error("the server cannot listen: {0}")]
    Listen(#[from] io::Error),
}

/// Opens the database of a configuration, brought up to date.
///
/// # Errors
/// The database's.
pub fn open_database(config: &Config, clock: Clock, mint: Mint) -> Result<Db, db::Error> {
    migrate(&config.database)?;
    let vault = Vault::new(&config.master_key, &config.ledger_key).and_former(config.former_master_key.as_ref());
    let db = Db::open(&config.database, clock, mint, Arc::new(vault), config.connections)?;
    lasting::open(&db)?;
    Ok(db)
}

impl App {
    /// Puts the server together over a database that is up to date.
    ///
    /// # Errors
    /// `NotServing`.
    pub fn over(db: Db, config: Config) -> Result<Self, NotServing> {
        let tokens = Arc::new(Tokens::open(&db, &config.public_url)?);
        let metrics = Arc::new(Metrics::default());
        let gate = Arc::new(Gate::new(Mail::KIND, mail::AT_ONCE, db.clock().clone(), metrics.mail_stopped()));
        let mailer = Mailer::new(&config, gate.clone())?;
        let files = Files::at(&config.documents)?;
        let limits = Arc::new(Limits::per_minute(config.requests_per_minute));
        let config = Arc::new(config);
        let house = House { db, files, config, tokens: tokens.clone(), limits, metrics };
        let post = mailer.clone();
        let workers = Workers::default().apart::<Mail, _, _>(gate, move |id, mail| {
            let post = post.clone();
            async move { post.send(id, mail).await }
        });
        let workers = lapsing::workers(follow::workers(workers, &house.db), &house);
        let workers = deregistration::workers(workers, &house.db);
        let workers = transfers::work::workers(workers, &house.db, &house.config.public_url);
        Ok(Self {
            house,
            tokens,
            mailer,
            lookups: Arc::default(),
            answers: Arc::default(),
            lists: Arc::default(),
            workers,
        })
    }
}

/// What the server answers, for `actix_web::App::configure`; the middleware [`around`] belongs around it.
pub fn configure(app: &App) -> impl Fn(&mut ServiceConfig) + Clone + Send + use<> {
    let (house, tokens) = (app.house.clone(), app.tokens.clone());
    let (lookups, answers, lists) = (app.lookups.clone(), app.answers.clone(), app.lists.clone());
    move |config| {
        config.app_data(house.clone()).app_data(tokens.clone());
        config.app_data(lookups.clone()).app_data(answers.clone()).app_data(lists.clone());
        config.service(web::resource("/docs").to(to_documentation));
        // A place of its own: a pattern beside the table would be held against the path of every request.
        config.service(web::scope("/docs").service(documentation()));
        routes().register(config);
    }
}

/// The browsable documentation. Its files are part of the program; nothing is loaded from elsewhere, not even a badge.
fn documentation() -> SwaggerUi {
    SwaggerUi::new("/{_:.*}").config(SwaggerConfig::from("/openapi.json").validator_url("none"))
}

async fn to_documentation() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// Serves until SIGTERM or SIGINT: then it stops accepting, finishes what it has begun, and stops the workers.
///
/// # Errors
/// `NotServing`.
pub fn serve(config: Config) -> Result<(), NotServing> {
    let db = open_database(&config, Clock::of_the_machine(), Mint::random())?;
    let app = App::over(db, config)?;
    actix_web::rt::System::new().block_on(run(app))
}

async fn run(app: App) -> Result<(), NotServing> {
    // Before anybody works anything out by a schedule that is over.
    if let Some(later) = app.house.db.write(records::store::follow_schedule).await? {
        return Err(NotServing::OlderSchedule { later, own: schedule().version().to_owned() });
    }
    let (stop, stopped) = watch::channel(false);
    let workers = actix_web::rt::spawn(jobs::work(app.house.db.clone(), app.workers.clone(), stopped.clone()));
    let answers = configure(&app);
    let listen = app.house.config.listen;
    let bound = HttpServer::new(move || Actix::new().wrap(from_fn(around)).configure(answers.clone()))
        .disable_signals()
        .shutdown_timeout(30)
        .bind(listen)?;
    // Whoever holds the address is the one to say that nobody else is at work.
    imports::work::take_stock(&app.house.db).await?;
    warn_of_another_address(&app.house).await?;
    let imports = actix_web::rt::spawn(imports::work::work(app.house.db.clone(), stopped.clone()));
    let certifying = actix_web::rt::spawn(batches::work::work(app.house.clone(), stopped.clone()));
    let upkeep = actix_web::rt::spawn(look_after(app.clone(), stopped.clone()));
    let sweeping = actix_web::rt::spawn(sweep_daily(app.house.clone(), stopped.clone()));
    let files = actix_web::rt::spawn(sweep_files(app.house.clone(), stopped));
    let server = bound.run();
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: finishing what has begun");
        handle.stop(true).await;
    });
    tracing::info!(%listen, public_url = app.house.config.public_url, "serving");
    let ended = server.await;
    // An error means that nobody listens any more, which is what is wanted.
    let _ = stop.send(true);
    for task in [workers, imports, certifying, upkeep, sweeping, files] {
        let _ = task.await;
    }
    app.mailer.close().await;
    Ok(ended?)
}

/// What is printed cannot be changed: the code on paper leads where it was printed to lead.
async fn warn_of_another_address(house: &House) -> Result<(), db::Error> {
    let here = house.config.public_url.clone();
    let other = house.db.write(move |tx| certificates::issue::store::other_address(tx, &here)).await?;
    if let Some(other) = other {
        let here = &house.config.public_url;
        tracing::warn!(%other, %here, "certificates name another address: let it lead here as long as they are about");
    }
    Ok(())
}

/// Deletes what has run out.
fn clear_out(tx: &mut Tx<'_>) -> Result<(), db::Error> {
    housekeeping(tx)?;
    certificates::photos::store::housekeeping(tx)?;
    certificates::verify::store::housekeeping(tx)?;
    imports::store::housekeeping(tx)
}

/// Ends what is kept about people by a clock of its own. One that fails holds up none of the others.
///
/// # Errors
/// The database's, of the last clock that failed.
pub async fn run_clocks(db: &Db) -> Result<(), db::Error> {
    let mut failed = None;
    for clock in CLOCKS {
        if let Err(error) = run_down(db, clock).await {
            tracing::warn!(%error, "a clock stopped");
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn run_down(db: &Db, clock: privacy::clocks::Clock) -> Result<(), db::Error> {
    while db.write(clock).await? {}
    Ok(())
}

/// Writes to those whose accounts are to go.
///
/// # Errors
/// The database's.
pub async fn tell_whose_accounts_go(house: &House) -> Result<(), db::Error> {
    loop {
        let url = house.config.public_url.clone();
        if !house.db.write(move |tx| deregistration::tell_whose_accounts_go(tx, &url)).await? {
            return Ok(());
        }
    }
}

const EVERY_MINUTE: Duration = Duration::from_secs(60);
const MINUTES_PER_HOUR: u32 = 60;

/// Reads the keys again each minute, because another instance or a command may have rotated them, and ends what was broken
/// off; deletes hourly what has run out.
async fn look_after(app: App, mut stopped: watch::Receiver<bool>) {
    for minute in 0_u32.. {
        let is_hourly = minute % MINUTES_PER_HOUR == 0;
        let due = if is_hourly { clear_out } else { imports::store::end_broken_off };
        if let Err(error) = app.house.db.write(due).await {
            tracing::warn!(%error, "what has run out was not deleted");
        }
        if is_hourly && let Err(error) = tell_whose_accounts_go(&app.house).await {
            tracing::warn!(%error, "those whose accounts go were not told");
        }
        if is_hourly && let Err(error) = run_clocks(&app.house.db).await {
            tracing::warn!(%error, "what lies in nobody's custody was not cleared");
        }
        let resumed = match minute {
            0 => certificates::issue::resume_at_start(&app.house).await,
            _ => certificates::issue::resume(&app.house).await,
        };
        if let Err(problem) = resumed {
            tracing::warn!(cause = problem.cause, "certificates that were broken off were not finished");
        }
        let tokens = app.tokens.clone();
        if let Ok(Err(error)) = actix_web::rt::task::spawn_blocking(move || tokens.reload()).await {
            tracing::warn!(%error, "the signing keys cannot be read");
        }
        write_down_lookups(&app).await;
        tokio::select! {
            () = tokio::time::sleep(EVERY_MINUTE) => {}
            _ = stopped.changed() => break,
        }
    }
    write_down_lookups(&app).await;
}

const EVERY_HOUR: Duration = Duration::from_secs(60 * 60);

const EVERY_TEN_MINUTES: Duration = Duration::from_secs(10 * 60);

/// Lets go what has come to the end of its time, once a day, soon after midnight in Oslo. It may be stopped anywhere.
async fn sweep_daily(house: House, mut stopped: watch::Receiver<bool>) {
    let for_ever = async {
        loop {
            match privacy::sweep::daily(&house).await {
                Ok(None) => {}
                Ok(Some(swept)) => {
                    let (Counts { gone, reduced, held, stay }, failed) = (swept.all(), swept.failed);
                    tracing::info!(gone, reduced, held, stay, failed, "what has come to the end of its time was swept");
                }
                Err(problem) => tracing::warn!(cause = problem.cause, "what has come to the end of its time stays"),
            }
            tokio::time::sleep(EVERY_TEN_MINUTES).await;
        }
    };
    tokio::select! {
        () = for_ever => {}
        _ = stopped.changed() => {}
    }
}

/// Sweeps files nobody names, a part each hour; beside everything else, because their storage may be slow. It may be stopped
/// anywhere.
async fn sweep_files(house: House, mut stopped: watch::Receiver<bool>) {
    let for_ever = async {
        loop {
            match documents::sweep(&house).await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "files that nobody names were removed"),
                Err(problem) => tracing::warn!(cause = problem.cause, "files that nobody names were not removed"),
            }
            tokio::time::sleep(EVERY_HOUR).await;
        }
    };
    tokio::select! {
        () = for_ever => {}
        _ = stopped.changed() => {}
    }
}

async fn write_down_lookups(app: &App) {
    if let Err(error) = app.lookups.write_down(&app.house.db).await {
        tracing::warn!(%error, "how often certificates were looked up was not written down");
    }
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut term) = signal(SignalKind::terminate()) else { return drop(tokio::signal::ctrl_c().await) };
    tokio::select! {
        _ = term.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    drop(tokio::signal::ctrl_c().await);
}
