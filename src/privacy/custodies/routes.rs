//! What is kept of a person, over HTTP.

use super::{KeptRecord, by_record};
use crate::{
    completions::store::own_ids,
    platform::{
        http::{Call, House, Listed, PageQuery, Query},
        problem::Problem,
    },
    privacy::{actions::ReadOwnCustodies, decisions::open},
};

/// `GET /v1/me/custodies`
pub async fn mine(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<KeptRecord>, Problem> {
    let page = query.0.of("own custodies")?;
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCustodies)?.person()?;
            let Listed { items, next } = own_ids(tx, person, &page)?;
            Ok(Listed { items: by_record(&open(tx, &items)?, tx.today()), next })
        })
        .await
}
