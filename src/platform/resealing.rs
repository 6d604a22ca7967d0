//! The exchange of the master key: what is sealed in the database is sealed anew, some at a time. Each value says by itself
//! with which key it is sealed, so whatever is broken off, or done twice, is right at every moment for a vault with both
//! keys; and a value is exchanged only if it is still the one that was read.

use super::{
    db::{Db, Error, Tx},
    vault::{CannotOpen, Vault},
};

/// How many values are sealed anew in one transaction.
pub const PORTION: i64 = 500;

/// What became of some values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Portion<I> {
    /// The last of them; nothing if there were none.
    pub last: Option<I>,
    /// How many were sealed anew.
    pub anew: usize,
    /// How many were sealed with the key in force before.
    pub before: usize,
    /// How many neither key opens. They are left as they are.
    pub unopened: usize,
}

impl Portion<()> {
    /// Adds what became of others.
    pub fn add<I>(&mut self, some: &Portion<I>) {
        self.anew += some.anew;
        self.before += some.before;
        self.unopened += some.unopened;
    }
}

/// Seals some values anew: `reseal` says how, `exchange` replaces what was read.
///
/// # Errors
/// The database's.
pub fn anew<I, S>(
    tx: &mut Tx<'_>,
    rows: Vec<(I, S)>,
    reseal: impl Fn(&Vault, &I, &S) -> Result<Option<S>, CannotOpen>,
    exchange: impl Fn(&mut Tx<'_>, &I, &S, S) -> Result<usize, Error>,
) -> Result<Portion<I>, Error> {
    let mut portion = Portion { last: None, anew: 0, before: 0, unopened: 0 };
    for (id, sealed) in rows {
        match reseal(tx.vault(), &id, &sealed) {
            Ok(Some(new)) => portion.anew += exchange(tx, &id, &sealed, new)?,
            Ok(None) => portion.before += 1,
            Err(CannotOpen) => portion.unopened += 1,
        }
        portion.last = Some(id);
    }
    Ok(portion)
}

/// Seals all values of a kind anew, each portion in a transaction of its own: what became of all.
///
/// # Errors
/// The database's. What was done before stays done.
pub fn walk<I: Clone + Send + 'static>(
    db: &Db,
    first: I,
    portion: impl Fn(&mut Tx<'_>, &I) -> Result<Portion<I>, Error> + Copy + Send + 'static,
) -> Result<Portion<()>, Error> {
    let (mut after, mut all) = (first, Portion::default());
    loop {
        let from = after.clone();
        let some = db.write_here(move |tx| portion(tx, &from))?;
        all.add(&some);
        match some.last {
            Some(last) => after = last,
            None => return Ok(all),
        }
    }
}
