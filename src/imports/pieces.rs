//! The file of an import, in sealed pieces in the database: whole on every instance, in every backup, and deleted
//! right after the import has ended.

use std::io::{self, Read};

use super::store;
use crate::{
    platform::{
        db::{Db, Error, Tx},
        resealing::{Portion, anew},
        vault::Purpose,
    },
    words::BatchId,
};

/// How much of a file lies in one piece, in bytes.
pub const PIECE: usize = 256 * 1024;

/// Reads the file of an import.
pub struct Pieces {
    db: Db,
    batch: BatchId,
    next: i64,
    piece: Vec<u8>,
    read: usize,
}

impl Pieces {
    /// From its beginning.
    pub fn of(db: &Db, batch: BatchId) -> Self {
        Self { db: db.clone(), batch, next: 0, piece: Vec::new(), read: 0 }
    }
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.read == self.piece.len() {
            let (batch, number) = (self.batch, self.next);
            let piece = self.db.read_here(|tx| open(tx, batch, number)).map_err(io::Error::other)?;
            self.piece = piece.unwrap_or_default();
            self.read = 0;
            self.next += 1;
        }
        let length = out.len().min(self.piece.len() - self.read);
        out[..length].copy_from_slice(&self.piece[self.read..self.read + length]);
        self.read += length;
        Ok(length)
    }
}

/// Stores a piece.
///
/// # Errors
/// 404 unless the file is being received.
pub fn seal(tx: &mut Tx<'_>, batch: BatchId, number: i64, plain: &[u8]) -> Result<(), Error> {
    let sealed = tx.vault().seal_bytes(Purpose::Uploads, &place(batch, number), plain);
    store::receive(tx, batch, number, sealed, plain.len())
}

/// A piece; `None` after the last.
///
/// # Errors
/// The database's, or if it was sealed with another master key.
pub fn open(tx: &mut Tx<'_>, batch: BatchId, number: i64) -> Result<Option<Vec<u8>>, Error> {
    let Some(sealed) = store::piece(tx, batch, number)? else { return Ok(None) };
    let opened = tx.vault().open_bytes(Purpose::Uploads, &place(batch, number), sealed);
    opened.map(Some).map_err(|cannot| Error::Other(cannot.to_string()))
}

/// Seals some pieces with the master key in force: one, because each is large.
///
/// # Errors
/// The database's.
pub fn reseal(tx: &mut Tx<'_>, after: &(BatchId, i64)) -> Result<Portion<(BatchId, i64)>, Error> {
    let rows = store::piece_after(tx, *after)?.into_iter().collect();
    anew(
        tx,
        rows,
        |vault, (batch, number), sealed: &Vec<u8>| {
            vault.reseal_bytes(Purpose::Uploads, &place(*batch, *number), sealed)
        },
        |tx, at, before, sealed| store::exchange_piece(tx, *at, before, sealed),
    )
}

fn place(batch: BatchId, number: i64) -> String {
    format!("{batch}/{number}")
}
