//! The lists as they are published, signed once for every change and kept in memory until the next. What is marked on this
//! instance is seen at once; whether another has marked something is asked every few seconds.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::Value;

use super::{Purpose, list, store};
use crate::{
    certificates::{
        credential::{Address, proof, token::claims, whole_seconds},
        keys::{self, SigningKey},
    },
    platform::{
        blocking::off_the_loop,
        db::Tx,
        http::House,
        problem::{Kind, Problem},
    },
    words::*,
};

/// What was signed, after so many changes.
type Signed = (i64, Arc<str>);

/// For how long nobody asks whether another instance has marked something, in seconds.
pub const UNASKED_SECONDS: i64 = 10;

/// A list that was up to date at an instant, when so much had become outdated here.
#[derive(Clone, Debug)]
struct Kept {
    whose: OrganisationId,
    signed: Signed,
    asked_at: Instant,
    outdated: u64,
}

impl Kept {
    /// A clock that was set back makes nothing fresh again.
    fn holds(&self, now: Instant, outdated: u64) -> bool {
        let until = self.asked_at.plus(chrono::TimeDelta::seconds(UNASKED_SECONDS));
        self.asked_at <= now && now < until && self.outdated == outdated
    }
}

/// The signed lists of this process, with proofs and as tokens. There are few of them: one for every hundred thousand
/// credentials of an issuer.
#[derive(Debug, Default)]
pub struct Lists {
    proven: Shelf,
    tokens: Shelf,
}

#[derive(Debug, Default)]
struct Shelf(Mutex<HashMap<(StatusListId, Purpose), Kept>>);

impl Shelf {
    fn kept(&self, which: (StatusListId, Purpose)) -> Option<Kept> {
        self.lock().get(&which).cloned()
    }

    /// Of two that were signed at once the later stays.
    fn keep(&self, which: (StatusListId, Purpose), kept: Kept) {
        let mut all = self.lock();
        let newest = all.entry(which).or_insert_with(|| kept.clone());
        if newest.signed.0 <= kept.signed.0 {
            *newest = kept;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(StatusListId, Purpose), Kept>> {
        // A thread that panicked has left whole lists behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a list is signed from.
struct Unsigned {
    changes: i64,
    /// Where something is set: is it revoked, is it suspended?
    marked: Vec<(i32, bool, bool)>,
    issuer: Address,
    key: SigningKey,
    at: Instant,
}

impl Lists {
    /// A list as it is now, with its proof.
    ///
    /// # Errors
    /// 404 if it is not the organisation's; the database's.
    pub async fn proven(
        &self,
        house: &House,
        of: (OrganisationId, StatusListId),
        purpose: Purpose,
    ) -> Result<Arc<str>, Problem> {
        Ok(self.newest(house, of, purpose).await?.signed.1)
    }

    /// The same as a token.
    ///
    /// # Errors
    /// As [`Self::proven`].
    pub async fn token(
        &self,
        house: &House,
        (organisation, id): (OrganisationId, StatusListId),
        purpose: Purpose,
    ) -> Result<Arc<str>, Problem> {
        let newest = self.newest(house, (organisation, id), purpose).await?;
        let (changes, json) = newest.signed.clone();
        if let Some(kept) = self.tokens.kept((id, purpose)).filter(|kept| kept.signed.0 == changes) {
            return Ok(kept.signed.1);
        }
        let key = keys::tokens::in_use(house, organisation).await?;
        let list: Value = serde_json::from_str(&json).map_err(Problem::internal)?;
        let claims = claims(&list).ok_or_else(|| Problem::internal("a list without claims"))?;
        let token = off_the_loop(move || key.sign("vc+jwt", &claims)).await.map_err(Problem::internal)??;
        let token: Arc<str> = token.into();
        self.tokens.keep((id, purpose), Kept { signed: (changes, token.clone()), ..newest });
        Ok(token)
    }

    /// A list and the one beside it, both with their proofs and both as they were after the same change, so that what was only
    /// suspended is never called revoked. What is kept will do if the list has not changed more often than this since.
    ///
    /// # Errors
    /// As [`Self::proven`].
    pub async fn both(
        &self,
        house: &House,
        (organisation, id): (OrganisationId, StatusListId),
        changes: i64,
    ) -> Result<[Arc<str>; 2], Problem> {
        let (now, outdated) = (house.db.clock().now(), house.db.outdated());
        let kept = Purpose::BOTH.map(|purpose| Some(self.proven.kept((id, purpose))?.signed));
        if let [Some((one, revocations)), Some((other, suspensions))] = kept
            && one == other
            && one >= changes
        {
            return Ok([revocations, suspensions]);
        }
        let url = house.config.public_url.clone();
        let unsigned = house.db.read(move |tx| {
            let newest = unsigned(tx, &url, (organisation, id), None)?;
            newest.ok_or_else(|| Problem::internal("nothing is known, and nothing was read"))
        });
        let unsigned = unsigned.await?;
        let sign = move || {
            let [revocations, suspensions] = Purpose::BOTH.map(|purpose| unsigned.sign(id, purpose));
            Ok::<_, Problem>([revocations?, suspensions?])
        };
        let signed = off_the_loop(sign).await.map_err(Problem::internal)??;
        for (purpose, one) in Purpose::BOTH.into_iter().zip(&signed) {
            let kept = Kept { whose: organisation, signed: one.clone(), asked_at: now, outdated };
            self.proven.keep((id, purpose), kept);
        }
        Ok(signed.map(|one| one.1))
    }

    async fn newest(
        &self,
        house: &House,
        (organisation, id): (OrganisationId, StatusListId),
        purpose: Purpose,
    ) -> Result<Kept, Problem> {
        // Asked before reading: what becomes outdated meanwhile is not kept as if it were true.
        let (now, outdated) = (house.db.clock().now(), house.db.outdated());
        let kept = self.proven.kept((id, purpose)).filter(|kept| kept.whose == organisation);
        if let Some(kept) = kept.clone().filter(|kept| kept.holds(now, outdated)) {
            return Ok(kept);
        }
        let (url, known) = (house.config.public_url.clone(), kept.as_ref().map(|kept| kept.signed.0));
        let read = house.db.read(move |tx| unsigned(tx, &url, (organisation, id), known));
        let signed = match (read.await?, kept) {
            (Some(unsigned), _) => {
                off_the_loop(move || unsigned.sign(id, purpose)).await.map_err(Problem::internal)??
            }
            (None, Some(kept)) => kept.signed,
            (None, None) => return Err(Problem::internal("nothing was kept, and nothing was read")),
        };
        let kept = Kept { whose: organisation, signed, asked_at: now, outdated };
        self.proven.keep((id, purpose), kept.clone());
        Ok(kept)
    }
}

/// A list as it is now; nothing if it has changed so often as is known.
fn unsigned(
    tx: &mut Tx<'_>,
    url: &str,
    (organisation, id): (OrganisationId, StatusListId),
    known: Option<i64>,
) -> Result<Option<Unsigned>, Problem> {
    let (whose, changes) = store::list(tx, id)?;
    if whose != organisation {
        return Err(Kind::NotFound.into());
    }
    if known == Some(changes) {
        return Ok(None);
    }
    let (mut changes, mut marked) = (changes, store::set(tx, id)?);
    // What is marked while this is read is in both, or read again: two lists after the same change say the same.
    while let (_, again) = store::list(tx, id)?
        && again != changes
    {
        (changes, marked) = (again, store::set(tx, id)?);
    }
    let issuer = keys::store::address(tx, url, organisation)?;
    let key = keys::store::in_use(tx, &issuer, organisation)?;
    Ok(Some(Unsigned { changes, marked, issuer, key, at: tx.now() }))
}

impl Unsigned {
    fn sign(&self, id: StatusListId, purpose: Purpose) -> Result<Signed, Problem> {
        let says = |(_, revoked, suspended): &&(i32, bool, bool)| purpose.says(*revoked, *suspended);
        let set: Vec<i32> = self.marked.iter().filter(says).map(|one| one.0).collect();
        let list = list(&self.issuer, id, purpose, &set, self.at);
        let signed = proof::written(list, |list| &mut list.proof, &self.key, whole_seconds(self.at))?;
        Ok((self.changes, signed.into()))
    }
}
