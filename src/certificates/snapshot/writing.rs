//! Writes a snapshot while it is sent: an issuer at a time, the issuers some at a time, the hash as it grows.

use std::{collections::VecDeque, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::{Stream, stream};
use serde::Serialize;

use super::{
    End, Header, Line, VERSION, key, signed,
    store::{self, Issuing},
};
use crate::{
    certificates::status::lists::Lists,
    platform::{
        http::House,
        problem::{Kind, Problem},
        vault::Hashing,
    },
    words::{Identifier, OrganisationId},
};

/// How many issuers are read together.
const ISSUERS: i64 = 100;

/// A snapshot that is being written.
struct Writing {
    house: House,
    lists: Arc<Lists>,
    /// What has been written so far.
    hashing: Hashing,
    header: Option<Vec<u8>>,
    /// Those who are to be written next.
    issuers: VecDeque<Issuing>,
    /// After whom there may be more.
    after: Option<OrganisationId>,
    has_ended: bool,
}

/// A snapshot of every issuer, or of one, in pieces. The first issuers are read before anything is answered, so that what is wrong
/// then is still a problem.
///
/// # Errors
/// 404 if that one has never issued anything; the database's.
pub(super) async fn snapshot(
    house: House,
    lists: Arc<Lists>,
    only: Option<OrganisationId>,
) -> Result<impl Stream<Item = Result<Vec<u8>, Problem>> + use<>, Problem> {
    let header = Header {
        attest_snapshot: VERSION,
        of: house.config.public_url.clone(),
        // Before anything is read: what is read is no older than that.
        made_at: house.db.clock().now().to_string(),
    };
    let (issuers, after) = match only {
        Some(one) => (published(&house, vec![one]).await?, None),
        None => page(&house, OrganisationId::nil()).await?,
    };
    if only.is_some() && issuers.is_empty() {
        return Err(Kind::NotFound.into());
    }
    let header = Some(line(&header)?);
    let hashing = Hashing::default();
    let writing = Writing { house, lists, hashing, header, issuers: issuers.into(), after, has_ended: false };
    Ok(stream::try_unfold(writing, Writing::piece))
}

async fn published(house: &House, ids: Vec<OrganisationId>) -> Result<Vec<Issuing>, Problem> {
    let url = house.config.public_url.clone();
    house.db.read(move |tx| Ok::<_, Problem>(store::published(tx, &url, &ids)?)).await
}

/// Some of the issuers, and after whom there may be more.
async fn page(house: &House, after: OrganisationId) -> Result<(Vec<Issuing>, Option<OrganisationId>), Problem> {
    let url = house.config.public_url.clone();
    let read = house.db.read(move |tx| {
        let ids = store::issuers(tx, after, ISSUERS)?;
        let is_full = i64::try_from(ids.len()).is_ok_and(|count| count == ISSUERS);
        Ok::<_, Problem>((store::published(tx, &url, &ids)?, ids.last().copied().filter(|_| is_full)))
    });
    read.await
}

impl Writing {
    async fn piece(mut self) -> Result<Option<(Vec<u8>, Self)>, Problem> {
        let piece = match self.header.take() {
            Some(header) => header,
            None => match self.next_issuer().await? {
                Some(issuing) => self.lines(issuing).await?,
                None if self.has_ended => return Ok(None),
                None => return Ok(Some((self.end()?, self))),
            },
        };
        self.hashing.update(&piece);
        Ok(Some((piece, self)))
    }

    async fn next_issuer(&mut self) -> Result<Option<Issuing>, Problem> {
        if self.issuers.is_empty()
            && let Some(after) = self.after.take()
        {
            let (issuers, after) = page(&self.house, after).await?;
            (self.issuers, self.after) = (issuers.into(), after);
        }
        Ok(self.issuers.pop_front())
    }

    /// An issuer with its lists.
    async fn lines(&self, issuing: Issuing) -> Result<Vec<u8>, Problem> {
        let Issuing { organisation, mut issuer, lists } = issuing;
        let mut signed = Vec::with_capacity(lists.len() * 2);
        for (id, changes) in lists {
            signed.extend(self.lists.both(&self.house, (organisation, id), changes).await?);
        }
        // One may have been signed with a key that was made after the issuer was read.
        let is_known = |list: &Arc<str>| issuer.keys.iter().any(|key| list.contains(key.as_str()));
        if !signed.iter().all(is_known) {
            let again = published(&self.house, vec![organisation]).await?.pop();
            issuer = again.map_or(issuer, |again| again.issuer);
        }
        let mut lines = line(&Line::Issuer(issuer))?;
        for list in signed {
            // As it is published, to the byte.
            lines.extend_from_slice(b"{\"list\":");
            lines.extend_from_slice(list.as_bytes());
            lines.extend_from_slice(b"}\n");
        }
        Ok(lines)
    }

    fn end(&mut self) -> Result<Vec<u8>, Problem> {
        self.has_ended = true;
        let (sha256, key) = (std::mem::take(&mut self.hashing).finish(), key(self.house.db.vault()));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed(&sha256)));
        line(&Line::End(End { sha256, key: key.name().to_owned(), signature }))
    }
}

/// A line, with what ends it.
fn line(value: &impl Serialize) -> Result<Vec<u8>, Problem> {
    let mut line = serde_json::to_vec(value).map_err(Problem::internal)?;
    line.push(b'\n');
    Ok(line)
}
