//! Whether what is held is restricted: the one question behind every read of custodies.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, QueryDsl,
    dsl::{auto_type, exists},
};

use super::schema::{custodies, restricted_custodies};

/// Is an objection to a custody open, so that it is neither listed nor used (GDPR art. 18(1)(d))? Asked in a query of
/// custodies.
#[auto_type]
pub(crate) fn contested() -> _ {
    let this_one = restricted_custodies::record
        .eq(custodies::record)
        .and(restricted_custodies::controller.eq(custodies::controller))
        .and(restricted_custodies::ground.eq(custodies::ground));
    exists(restricted_custodies::table.filter(this_one))
}
