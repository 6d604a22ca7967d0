//! The configuration: one value, built once from a file and the environment, validated as a whole, handed down.

use std::{fmt, net::SocketAddr, path::PathBuf};

use serde::Deserialize;

use super::{
    db::Location,
    files::{BadPlace, Place, S3},
    telemetry::LogFormat,
    vault::{BadKey, Key},
};

/// What a configuration file may say. Every setting also has a variable of the environment, which wins.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The folder for the database, keys, and mail (`ATTEST_DATA`).
    pub data: Option<String>,
    /// `sqlite://…` or `postgres://…` (`DATABASE_URL`).
    pub database_url: Option<String>,
    /// `s3://BUCKET/PREFIX?…` (`ATTEST_DOCUMENTS_URL`); without it documents go to a folder.
    pub documents_url: Option<String>,
    /// The key of the bucket (`AWS_ACCESS_KEY_ID`).
    pub s3_access_key_id: Option<String>,
    /// Its secret half (`AWS_SECRET_ACCESS_KEY`).
    pub s3_secret_access_key: Option<String>,
    /// Address and port (`ATTEST_LISTEN`).
    pub listen: Option<String>,
    /// How the world reaches this server, without a slash at the end (`ATTEST_PUBLIC_URL`).
    pub public_url: Option<String>,
    /// 32 bytes in base64 (`ATTEST_MASTER_KEY`).
    pub master_key: Option<String>,
    /// The master key before this one, while it is being exchanged (`ATTEST_FORMER_MASTER_KEY`).
    pub former_master_key: Option<String>,
    /// 32 bytes in base64 (`ATTEST_LEDGER_KEY`).
    pub ledger_key: Option<String>,
    /// `smtp://user:password@host:587` or `smtps://…` (`ATTEST_SMTP_URL`); without it mail goes to a folder.
    pub smtp_url: Option<String>,
    /// The sender (`ATTEST_MAIL_FROM`).
    pub mail_from: Option<String>,
    /// Least age for an account (`ATTEST_MIN_AGE`).
    pub min_age: Option<String>,
    /// The file of the retention schedule (`ATTEST_SCHEDULE`).
    pub schedule: Option<String>,
    /// `text` or `json` (`ATTEST_LOG_FORMAT`).
    pub log_format: Option<String>,
    /// As `RUST_LOG` (`ATTEST_LOG`).
    pub log: Option<String>,
    /// Connections for reading (`ATTEST_CONNECTIONS`).
    pub connections: Option<String>,
    /// Requests a minute for each account, client and unknown address; 0 for no limit (`ATTEST_REQUESTS_PER_MINUTE`).
    pub requests_per_minute: Option<String>,
    /// The largest file that may be sent for an import, unpacked, in MiB (`ATTEST_IMPORT_MIB`).
    pub import_mib: Option<String>,
}

/// The configuration.
#[derive(Clone)]
pub struct Config {
    /// The folder for everything that is not in the database.
    pub data: PathBuf,
    /// Where the database is.
    pub database: Location,
    /// Where documents lie.
    pub documents: Place,
    /// Where to listen.
    pub listen: SocketAddr,
    /// How the world reaches this server.
    pub public_url: String,
    /// Wraps every other key.
    pub master_key: Key,
    /// The one before it, as long as something may be sealed with that.
    pub former_master_key: Option<Key>,
    /// The key of the ledger.
    pub ledger_key: Key,
    /// How mail leaves.
    pub mail: MailRoute,
    /// The sender of mail.
    pub mail_from: String,
    /// Least age for an account, in years.
    pub min_age: u32,
    /// The file of the retention schedule, if it is not the one the program ships with.
    pub schedule: Option<PathBuf>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which are written.
    pub log: String,
    /// Connections for reading.
    pub connections: u32,
    /// The largest file that may be sent for an import, unpacked, in bytes.
    pub import_bytes: u64,
    /// Requests a minute for each account, client and unknown address; 0 for no limit.
    pub requests_per_minute: u32,
}

/// How mail leaves the house.
#[derive(Clone, PartialEq, Eq)]
pub enum MailRoute {
    /// One `.eml` file per message.
    Folder(PathBuf),
    /// A mail server; the URL holds its password.
    Smtp(String),
    /// Kept in memory, for tests.
    Memory,
}

/// Everything that is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
#[error("the configuration must be corrected:\n{}", .0.iter().map(|line| format!("  - {line}")).collect::<Vec<_>>().join("\n"))]
pub struct BadConfig(pub Vec<String>);

/// The statutory least age for consent to an information service (popplyl. § 5); a setting may be stricter, not laxer.
const LEAST_AGE_BY_LAW: u32 = 13;

/// The file of the master key, in the data folder.
pub const MASTER_KEY: &str = "master.key";
/// Where it lies while it is being exchanged.
pub const FORMER_MASTER_KEY: &str = "former-master.key";

impl Settings {
    /// Reads a file's text.
    ///
    /// # Errors
    /// A sentence that names the line.
    pub fn parse(text: &str) -> Result<Self, BadConfig> {
        toml::from_str(text).map_err(|error| BadConfig(vec![error.message().to_owned()]))
    }

    /// Lets the environment override what the file says.
    #[must_use]
    pub fn overridden_by(mut self, environment: impl Fn(&str) -> Option<String>) -> Self {
        let fields: [(&str, &mut Option<String>); 19] = [
            ("ATTEST_DATA", &mut self.data),
            ("DATABASE_URL", &mut self.database_url),
            ("ATTEST_DOCUMENTS_URL", &mut self.documents_url),
            ("AWS_ACCESS_KEY_ID", &mut self.s3_access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &mut self.s3_secret_access_key),
            ("ATTEST_LISTEN", &mut self.listen),
            ("ATTEST_PUBLIC_URL", &mut self.public_url),
            ("ATTEST_MASTER_KEY", &mut self.master_key),
            ("ATTEST_FORMER_MASTER_KEY", &mut self.former_master_key),
            ("ATTEST_LEDGER_KEY", &mut self.ledger_key),
            ("ATTEST_SMTP_URL", &mut self.smtp_url),
            ("ATTEST_MAIL_FROM", &mut self.mail_from),
            ("ATTEST_MIN_AGE", &mut self.min_age),
            ("ATTEST_SCHEDULE", &mut self.schedule),
            ("ATTEST_LOG_FORMAT", &mut self.log_format),
            ("ATTEST_LOG", &mut self.log),
            ("ATTEST_CONNECTIONS", &mut self.connections),
            ("ATTEST_REQUESTS_PER_MINUTE", &mut self.requests_per_minute),
            ("ATTEST_IMPORT_MIB", &mut self.import_mib),
        ];
        for (name, field) in fields {
            if let Some(value) = environment(name).filter(|value| !value.is_empty()) {
                *field = Some(value);
            }
        }
        self
    }

    /// The folder for everything that is not in the database.
    pub fn folder(&self) -> PathBuf {
        PathBuf::from(self.data.as_deref().unwrap_or("./data"))
    }

    /// Checks everything; makes the data folder and, with SQLite, its keys on the first start.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn validate(self) -> Result<Config, BadConfig> {
        let mut wrong = Vec::new();
        let data = self.folder();
        if let Err(error) = private_folder(&data) {
            wrong.push(format!("data: the folder {} cannot be made: {error}", data.display()));
        }
        let database_url = self.database_url.unwrap_or_else(|| format!("sqlite://{}/attest.db", data.display()));
        let database = noted(&mut wrong, "database_url", database_url.parse::<Location>());
        let on_server = matches!(database, Some(Location::Postgres(_)));
        let master_key = noted(&mut wrong, "master_key", key(self.master_key, &data.join(MASTER_KEY), on_server));
        let former = former_key(self.former_master_key, &data.join(FORMER_MASTER_KEY));
        let former_master_key = noted(&mut wrong, "former_master_key", former).flatten();
        let ledger_key = noted(&mut wrong, "ledger_key", key(self.ledger_key, &data.join("ledger.key"), on_server));
        let documents = match self.documents_url {
            None => Some(Place::Folder(data.join("documents"))),
            Some(url) => bucket(&mut wrong, &url, self.s3_access_key_id, self.s3_secret_access_key),
        };
        let listen_text = self.listen.as_deref().unwrap_or("127.0.0.1:8080");
        let listen = noted(&mut wrong, "listen", listen_text.parse::<SocketAddr>());
        let public_url = self.public_url.unwrap_or_else(|| format!("http://{listen_text}"));
        if !(public_url.starts_with("https://") || public_url.starts_with("http://")) || public_url.ends_with('/') {
            wrong.push("public_url: write it as https://attest.example.no, without a slash at the end".into());
        }
        let min_age = noted(&mut wrong, "min_age", whole_number(self.min_age, "15"));
        if min_age.is_some_and(|age| age < LEAST_AGE_BY_LAW) {
            wrong.push(format!("min_age: the law's least age is {LEAST_AGE_BY_LAW}; it can be raised, not lowered"));
        }
        let log_format = match self.log_format.as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(_) => {
                wrong.push("log_format: choose text or json".into());
                LogFormat::Text
            }
        };
        let connections = noted(&mut wrong, "connections", whole_number(self.connections, "8"));
        let limit = whole_number(self.requests_per_minute, "1200");
        let requests_per_minute = noted(&mut wrong, "requests_per_minute", limit).unwrap_or(0);
        let import_mib = noted(&mut wrong, "import_mib", whole_number(self.import_mib, "1024")).unwrap_or(0);
        let mail = self.smtp_url.map_or_else(|| MailRoute::Folder(data.join("mail")), MailRoute::Smtp);
        match (database, documents, master_key, ledger_key, listen, min_age, connections) {
            (
                Some(database),
                Some(documents),
                Some(master_key),
                Some(ledger_key),
                Some(listen),
                Some(min_age),
                Some(connections),
            ) if wrong.is_empty() => Ok(Config {
                data,
                database,
                documents,
                listen,
                public_url,
                master_key,
                former_master_key,
                ledger_key,
                mail,
                mail_from: self.mail_from.unwrap_or_else(|| "Attest <attest@localhost>".into()),
                min_age,
                schedule: self.schedule.map(PathBuf::from),
                log_format,
                log: self.log.unwrap_or_else(|| "info".into()),
                connections: connections.max(1),
                requests_per_minute,
                import_bytes: u64::from(import_mib) * 1024 * 1024,
            }),
            _ => Err(BadConfig(wrong)),
        }
    }
}

/// A new folder is for its owner alone: names and birth dates lie in it.
fn private_folder(path: &std::path::Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn whole_number(text: Option<String>, otherwise: &str) -> Result<u32, &'static str> {
    text.as_deref().unwrap_or(otherwise).parse().map_err(|_| "write a whole number")
}

fn noted<T, E: fmt::Display>(wrong: &mut Vec<String>, setting: &str, outcome: Result<T, E>) -> Option<T> {
    outcome.map_err(|error| wrong.push(format!("{setting}: {error}"))).ok()
}

/// A bucket with its key. Whoever names one means S3: a program that does not speak it must not fall back on a folder.
fn bucket(wrong: &mut Vec<String>, url: &str, id: Option<String>, secret: Option<String>) -> Option<Place> {
    let built = if cfg!(feature = "s3") { S3::parse(url) } else { Err(BadPlace::NotBuilt) };
    let s3 = noted(wrong, "documents_url", built)?;
    let id = noted(wrong, "s3_access_key_id", id.ok_or(BadPlace::NoKey));
    let secret = noted(wrong, "s3_secret_access_key", secret.ok_or(BadPlace::NoKey));
    Some(Place::S3(s3.with_key(id?, secret?)))
}

/// Beside SQLite a key lies in a file of the data folder. Several instances over one PostgreSQL must share their keys, so
/// there they are required settings.
fn key(given: Option<String>, file: &std::path::Path, required: bool) -> Result<Key, BadKeySetting> {
    match given {
        Some(text) => Ok(Key::parse(&text)?),
        None if required => Err(BadKeySetting::Required),
        None => Ok(Key::from_file(file)?),
    }
}

/// The master key before this one: there is none unless the key is being exchanged.
fn former_key(given: Option<String>, file: &std::path::Path) -> Result<Option<Key>, BadKey> {
    match given {
        Some(text) => Key::parse(&text).map(Some),
        None if file.try_exists()? => Key::from_file(file).map(Some),
        None => Ok(None),
    }
}

#[derive(Debug, thiserror::Error)]
enum BadKeySetting {
    #[error(
        "with PostgreSQL it must be set: 32 random bytes in base64 (openssl rand 32 | basenc --base64url | tr -d =)"
    )]
    Required,
    #[error(transparent)]
    Bad(#[from] BadKey),
}

/// The configuration without its secrets.
impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "data = {:?}", self.data.display().to_string())?;
        writeln!(f, "database_url = \"{:?}\"", self.database)?;
        match &self.documents {
            Place::Folder(path) => writeln!(f, "documents = folder {}", path.display())?,
            Place::S3(s3) => {
                writeln!(f, "documents_url = \"{}\"\ns3_access_key_id = (set)\ns3_secret_access_key = (set)", s3.url)?
            }
        }
        writeln!(f, "listen = \"{}\"", self.listen)?;
        writeln!(f, "public_url = \"{}\"", self.public_url)?;
        writeln!(f, "master_key = (set)\nledger_key = (set)")?;
        if self.former_master_key.is_some() {
            writeln!(f, "former_master_key = (set)")?;
        }
        match &self.mail {
            MailRoute::Folder(path) => writeln!(f, "mail = folder {}", path.display())?,
            MailRoute::Smtp(_) => writeln!(f, "smtp_url = (set)")?,
            MailRoute::Memory => writeln!(f, "mail = memory")?,
        }
        writeln!(f, "mail_from = \"{}\"", self.mail_from)?;
        writeln!(f, "min_age = {}", self.min_age)?;
        if let Some(schedule) = &self.schedule {
            writeln!(f, "schedule = \"{}\"", schedule.display())?;
        }
        writeln!(f, "log_format = \"{}\"", if self.log_format == LogFormat::Json { "json" } else { "text" })?;
        writeln!(f, "log = \"{}\"", self.log)?;
        writeln!(f, "connections = {}", self.connections)?;
        writeln!(f, "requests_per_minute = {}", self.requests_per_minute)?;
        writeln!(f, "import_mib = {}", self.import_bytes / 1024 / 1024)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> String {
        let unique = format!("attest-config-{}-{:?}", std::process::id(), std::thread::current().id());
        std::env::temp_dir().join(unique).display().to_string()
    }

    #[test]
    fn all_problems_are_listed_at_once() {
        let settings = Settings {
            data: Some(folder()),
            database_url: Some("mysql://x".into()),
            documents_url: Some("s3:attest".into()),
            listen: Some("nowhere".into()),
            public_url: Some("attest.no/".into()),
            min_age: Some("12".into()),
            log_format: Some("xml".into()),
            ..Settings::default()
        };
        let wrong = settings.validate().err().map(|bad| bad.0).unwrap_or_default();
        let named: Vec<_> = wrong.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(named, ["database_url", "documents_url", "listen", "public_url", "min_age", "log_format"]);
    }

    #[test]
    fn postgresql_needs_its_keys_as_settings_because_instances_share_them() {
        let settings = Settings {
            data: Some(folder()),
            database_url: Some("postgres://localhost/attest".into()),
            ..Settings::default()
        };
        let wrong = settings.validate().err().map(|bad| bad.0.len());
        assert_eq!(wrong, Some(2));
    }

    #[cfg(feature = "s3")]
    #[test]
    fn a_bucket_needs_both_halves_of_its_key_and_the_secret_is_not_printed() {
        let url = Some("s3://attest/documents?region=eu-north-1".to_owned());
        let settings = Settings { data: Some(folder()), documents_url: url, ..Settings::default() };
        let wrong = settings.clone().validate().err().map(|bad| bad.0).unwrap_or_default();
        let named: Vec<_> = wrong.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(named, ["s3_access_key_id", "s3_secret_access_key"]);

        let environment = |name: &str| match name {
            "AWS_ACCESS_KEY_ID" => Some("AKIA".to_owned()),
            "AWS_SECRET_ACCESS_KEY" => Some("geheim".to_owned()),
            _ => None,
        };
        let config = settings.overridden_by(environment).validate().expect("valid");
        let Place::S3(s3) = &config.documents else { panic!("a bucket") };
        assert_eq!((s3.access_key_id.as_str(), s3.secret_access_key.0.as_str()), ("AKIA", "geheim"));
        let printed = config.to_string();
        assert!(printed.contains("s3://attest/documents?region=eu-north-1"), "{printed}");
        assert!(!printed.contains("AKIA") && !printed.contains("geheim"), "{printed}");
    }

    #[cfg(not(feature = "s3"))]
    #[test]
    fn a_program_without_s3_says_so_and_does_not_fall_back_on_a_folder() {
        let url = Some("s3://attest/documents?region=eu-north-1".to_owned());
        let settings = Settings { data: Some(folder()), documents_url: url, ..Settings::default() };
        let wrong = settings.validate().err().map(|bad| bad.0.join(" ")).unwrap_or_default();
        assert!(wrong.starts_with("documents_url: ") && wrong.contains("feature s3"), "{wrong}");
    }

    #[test]
    fn keys_are_made_once_and_the_environment_wins_over_the_file() {
        let data = folder();
        let file = Settings::parse(&format!("data = {data:?}\nlisten = \"127.0.0.1:1\"")).expect("valid");
        let environment = |name: &str| (name == "ATTEST_LISTEN").then(|| "127.0.0.1:2".to_owned());
        let config = file.clone().overridden_by(environment).validate().expect("valid");
        assert_eq!(config.listen.port(), 2);
        let key = std::fs::read_to_string(format!("{data}/master.key")).expect("made");
        file.validate().expect("valid");
        assert_eq!(std::fs::read_to_string(format!("{data}/master.key")).expect("still there"), key);
        assert!(!config.to_string().contains(key.trim()));
        std::fs::remove_dir_all(data).expect("ours");
    }

    #[test]
    fn a_misspelt_setting_is_refused() {
        assert!(Settings::parse("lisen = \"x\"").is_err());
    }
}
