//! `attest keys`: the keys that sign access tokens, and the master key, each exchanged for a new one. Nobody is signed out
//! by either, and no document changes.

use clap::{Args, Subcommand};

use super::{Failed, Place};
use crate::{
    certificates::keys::store as issuer_keys,
    documents,
    identity::tokens::{self, Tokens, store::rotate},
    imports::pieces,
    platform::{
        audit,
        config::{FORMER_MASTER_KEY, MASTER_KEY},
        db::{Db, Error},
        jobs, lasting,
        resealing::{Portion, walk},
        vault::Key,
    },
    privacy::{annulments, cases, erasures},
    words::*,
};

/// Exchange keys for new ones.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Retire the key that signs and make a new one; running servers notice within a minute, nobody is signed out
    Rotate,
    /// Seal everything in the database with a new master key; stop the servers before. Killed, it is run again
    ///
    /// A key that lies in the data folder is set aside as former-master.key and a new one made. A key that is configured
    /// is exchanged by you before: the new one as master_key, the old one as former_master_key. While the former key is
    /// there, servers and commands open what is sealed with either; remove it when this finds nothing left.
    RotateMaster,
}

impl Keys {
    /// Runs the command.
    ///
    /// # Errors
    /// The database's; of the master key also what neither key opens.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        match self.command {
            Command::Rotate => {
                println!("{}", place.database()?.write_here(rotate)?);
                Ok(())
            }
            Command::RotateMaster => rotate_master(place),
        }
    }
}

fn rotate_master(place: &Place) -> Result<(), Failed> {
    let is_new = set_aside(place)?;
    let resealed = reseal(&place.database()?)?;
    println!("{} sealed anew, {} before", resealed.anew, resealed.before);
    if resealed.unopened > 0 {
        return Err(Failed::Work(format!(
            "{} cannot be opened with the former key either, and were left as they are",
            resealed.unopened
        )));
    }
    if is_new || resealed.anew > 0 {
        eprintln!(
            "Start the servers with both keys, and run this again: when it seals nothing anew, remove the former key."
        );
    } else {
        eprintln!(
            "Nothing is sealed with the former key any more: remove it ({FORMER_MASTER_KEY}, or former_master_key)."
        );
    }
    Ok(())
}

/// Sets a key that lies in the data folder aside, so that a new one is made. True if that was done now.
fn set_aside(place: &Place) -> Result<bool, Failed> {
    let settings = place.settings()?;
    let folder = settings.folder();
    let config = place.config()?;
    match (config.former_master_key, settings.master_key) {
        (Some(_), _) => Ok(false),
        (None, Some(_)) => Err(Failed::Usage(
            "master_key is configured: make a new one, write the one there is now into former_master_key, and run this \
             again"
                .into(),
        )),
        (None, None) => {
            // A database that this key does not open is not given another.
            drop(Tokens::open(&place.database()?, &config.public_url)?);
            let aside = Key::set_aside(&folder.join(MASTER_KEY), &folder.join(FORMER_MASTER_KEY));
            aside.map_err(|error| Failed::Work(format!("the key cannot be set aside: {error}")))
        }
    }
}

/// Seals with the master key in force whatever in a database is sealed with the former one. It may be broken off anywhere and
/// begun again, beside others that do the same.
///
/// # Errors
/// The database's. What was done before stays done.
pub fn reseal(db: &Db) -> Result<Portion<()>, Error> {
    let mut all = Portion::default();
    for walked in [
        walk(db, String::new(), lasting::reseal)?,
        walk(db, String::new(), tokens::store::reseal)?,
        walk(db, String::new(), issuer_keys::reseal)?,
        walk(db, JobId::nil(), jobs::reseal)?,
        walk(db, (BatchId::nil(), -1), pieces::reseal)?,
        walk(db, DocumentId::nil(), documents::store::reseal)?,
        walk(db, ErasureId::nil(), erasures::store::reseal)?,
        walk(db, CaseId::nil(), cases::store::reseal)?,
        walk(db, AnnulmentId::nil(), annulments::store::reseal)?,
    ] {
        all.add(&walked);
    }
    if all.anew > 0 {
        db.write_here(|tx| audit::note_by(tx, (DoneBy::Console, None), "rotate_master_key", None))?;
    }
    Ok(all)
}
