//! The lists as they are published, signed once for every change and kept in memory until the next.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{Purpose, list, store};
use crate::{
    certificates::{
        credential::{Address, proof, whole_seconds},
        keys::{self, SigningKey},
    },
    platform::{
        blocking::off_the_loop,
        db::Db,
        problem::{Kind, Problem},
    },
    words::*,
};

/// What was signed, after so many changes.
type Signed = (i64, Arc<str>);

/// The signed lists of this process. There are few of them: one for every hundred thousand credentials of an issuer.
#[derive(Debug, Default)]
pub struct Lists(Mutex<HashMap<(StatusListId, Purpose), Signed>>);

/// What a list is signed from.
struct Unsigned {
    changes: i64,
    set: Vec<i32>,
    issuer: Address,
    key: SigningKey,
    at: Instant,
}

impl Lists {
    /// A list as it is now, signed.
    ///
    /// # Errors
    /// 404 if it is not the organisation's; the database's.
    pub async fn published(
        &self,
        db: &Db,
        public_url: &str,
        (organisation, id): (OrganisationId, StatusListId),
        purpose: Purpose,
    ) -> Result<Arc<str>, Problem> {
        let kept = self.kept().get(&(id, purpose)).cloned();
        let (url, known) = (public_url.to_owned(), kept.as_ref().map(|(changes, _)| *changes));
        let read = db.read(move |tx| {
            let (whose, changes) = store::list(tx, id)?;
            if whose != organisation {
                return Err(Problem::from(Kind::NotFound));
            }
            if known == Some(changes) {
                return Ok(None);
            }
            let marked = store::set(tx, id)?.into_iter();
            let set = marked.filter(|(_, revoked, suspended)| purpose.says(*revoked, *suspended)).map(|one| one.0);
            let key = keys::store::in_use(tx, &url, organisation)?;
            let issuer = keys::store::address(tx, &url, organisation)?;
            Ok(Some(Unsigned { changes, set: set.collect(), issuer, key, at: tx.now() }))
        });
        match (read.await?, kept) {
            (Some(unsigned), _) => self.sign(id, purpose, unsigned).await,
            (None, Some((_, json))) => Ok(json),
            (None, None) => Err(Problem::internal("nothing was kept, and nothing was read")),
        }
    }

    async fn sign(
        &self,
        id: StatusListId,
        purpose: Purpose,
        Unsigned { changes, set, issuer, key, at }: Unsigned,
    ) -> Result<Arc<str>, Problem> {
        let signing = off_the_loop(move || {
            let mut list = list(&issuer, id, purpose, &set, at);
            let document = serde_json::to_value(&list).map_err(Problem::internal)?;
            list.proof = vec![proof::sign(&document, &key, whole_seconds(at)).map_err(Problem::internal)?];
            serde_json::to_string(&list).map_err(Problem::internal)
        });
        let json: Arc<str> = signing.await.map_err(Problem::internal)??.into();
        // Of two that sign at once the later stays.
        let mut kept = self.kept();
        let newest = kept.entry((id, purpose)).or_insert_with(|| (changes, json.clone()));
        if newest.0 < changes {
            *newest = (changes, json.clone());
        }
        Ok(json)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, HashMap<(StatusListId, Purpose), Signed>> {
        // A thread that panicked has left whole lists behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
