//! A file is taken in: in constant memory however large it is, unpacked as it comes, and sealed piece by piece.

use std::io::Write;

use super::{
    pieces::{PIECE, seal},
    store,
};
use crate::{
    platform::{
        db::Db,
        http::Upload,
        problem::{Kind, Problem},
        vault::Hashing,
    },
    words::BatchId,
};

/// What packed data may unpack to, beyond the first [`FREELY`] bytes: a table of text shrinks to a tenth, not to a
/// five-hundredth.
const RATIO: u64 = 200;
const FREELY: u64 = 16 * 1024 * 1024;

/// Removes what was sent and is not wanted.
///
/// # Errors
/// The database's.
pub(super) async fn discard(db: &Db, batch: BatchId) -> Result<(), Problem> {
    while !db.write(move |tx| store::discard(tx, batch)).await? {}
    Ok(())
}

/// Takes a file in, unpacked and sealed piece by piece; its hash.
///
/// # Errors
/// 413 if it is larger than `most` bytes or packed beyond reason, 415 if it is not packed as it says.
pub(super) async fn receive(db: &Db, batch: BatchId, file: &mut Upload, most: u64) -> Result<String, Problem> {
    let mut taking = Taking { hashing: Hashing::default(), unpacked: 0, number: 0 };
    let mut came = 0_u64;
    let mut plain = flate2::write::MultiGzDecoder::new(Vec::with_capacity(2 * PIECE));
    let mut whole = Vec::with_capacity(2 * PIECE);
    while let Some(bytes) = file.next().await? {
        // Small bites: packed data may grow a thousandfold.
        for bite in bytes.chunks(if file.packed { 4096 } else { PIECE }) {
            came += bite.len() as u64;
            if file.packed {
                plain.write_all(bite).map_err(|_| Problem::from(Kind::FileType))?;
                whole.append(plain.get_mut());
            } else {
                whole.extend_from_slice(bite);
            }
            if file.packed && taking.unpacked + whole.len() as u64 > FREELY + came * RATIO {
                return Err(Kind::FileTooLarge.into());
            }
            while whole.len() >= PIECE {
                let rest = whole.split_off(PIECE);
                taking.store(db, batch, std::mem::replace(&mut whole, rest), most).await?;
            }
        }
    }
    if file.packed {
        whole.append(&mut plain.finish().map_err(|_| Problem::from(Kind::FileType))?);
    }
    if !whole.is_empty() || taking.number == 0 {
        taking.store(db, batch, whole, most).await?;
    }
    Ok(taking.hashing.finish())
}

struct Taking {
    hashing: Hashing,
    unpacked: u64,
    number: i64,
}

impl Taking {
    async fn store(&mut self, db: &Db, batch: BatchId, piece: Vec<u8>, most: u64) -> Result<(), Problem> {
        self.unpacked += piece.len() as u64;
        if self.unpacked > most {
            return Err(Kind::FileTooLarge.into());
        }
        self.hashing.update(&piece);
        let number = self.number;
        self.number += 1;
        Ok(db.write(move |tx| seal(tx, batch, number, &piece)).await?)
    }
}
