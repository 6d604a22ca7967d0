//! "One of these", as one statement whatever their number. diesel's own writes a placeholder for each value, so it keeps no
//! such statement prepared: the database would parse and plan it anew each time, which costs more than running it.
//!
//! The values travel as one parameter: an array in PostgreSQL, a JSON text in SQLite.

use diesel::{
    expression::{AppearsOnTable, AsExpression, Expression, SelectableExpression, ValidGrouping},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    result::QueryResult,
    serialize::{self, Output, ToSql},
    sql_types::{Array, Bool, HasSqlType, Nullable, Text},
    sqlite::Sqlite,
};

use super::types::sql::{self, Id};
use crate::words::{AnyId, Identifier};

/// `column.among(ids)` and `column.among_texts(texts)`, for a filter.
pub trait Among: Expression + Sized {
    /// Is it one of these ids?
    fn among<'a, I: Identifier>(self, ids: impl IntoIterator<Item = &'a I>) -> IsAmong<Self, Ids>
    where
        Self: Expression<SqlType = Id>,
    {
        IsAmong { value: self, list: Ids(ids.into_iter().map(|id| id.any()).collect()) }
    }

    /// Is it one of these texts?
    fn among_texts<'a>(self, texts: impl IntoIterator<Item = &'a str>) -> IsAmong<Self, Texts>
    where
        Self: Expression<SqlType = Text>,
    {
        IsAmong { value: self, list: Texts(texts.into_iter().map(str::to_owned).collect()) }
    }
}

impl<E: Expression> Among for E {}

/// Whether a value is in a list.
#[derive(Clone, Debug, QueryId)]
pub struct IsAmong<V, L> {
    value: V,
    list: L,
}

/// Ids as one parameter.
#[derive(Clone, Debug, QueryId, AsExpression)]
#[diesel(sql_type = sql::Ids)]
pub struct Ids(Vec<AnyId>);

/// Texts as one parameter.
#[derive(Clone, Debug, QueryId, AsExpression)]
#[diesel(sql_type = sql::Texts)]
pub struct Texts(Vec<String>);

/// A list, its SQL type, and how SQLite reads a value back from its JSON.
pub trait List {
    /// Its SQL type.
    type Sql;
    /// A value of the JSON as the column has it.
    const VALUE: &'static str;
}

impl List for Ids {
    type Sql = sql::Ids;
    const VALUE: &'static str = "unhex(value)";
}

impl List for Texts {
    type Sql = sql::Texts;
    const VALUE: &'static str = "value";
}

/// Nullable because the column may be, behind an outer join.
impl<V: Expression, L> Expression for IsAmong<V, L> {
    type SqlType = Nullable<Bool>;
}

impl<V: AppearsOnTable<From>, L, From> AppearsOnTable<From> for IsAmong<V, L> {}

impl<V: SelectableExpression<From>, L, From> SelectableExpression<From> for IsAmong<V, L> {}

impl<V: ValidGrouping<By>, L, By> ValidGrouping<By> for IsAmong<V, L> {
    type IsAggregate = V::IsAggregate;
}

impl<V, L> QueryFragment<Pg> for IsAmong<V, L>
where
    V: QueryFragment<Pg>,
    L: List + ToSql<L::Sql, Pg>,
    Pg: HasSqlType<L::Sql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.value.walk_ast(out.reborrow())?;
        out.push_sql(" = ANY(");
        out.push_bind_param::<L::Sql, L>(&self.list)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<V, L> QueryFragment<Sqlite> for IsAmong<V, L>
where
    V: QueryFragment<Sqlite>,
    L: List + ToSql<L::Sql, Sqlite>,
    Sqlite: HasSqlType<L::Sql>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.value.walk_ast(out.reborrow())?;
        out.push_sql(" IN (SELECT ");
        out.push_sql(L::VALUE);
        out.push_sql(" FROM json_each(");
        out.push_bind_param::<L::Sql, L>(&self.list)?;
        out.push_sql("))");
        Ok(())
    }
}

impl ToSql<sql::Ids, Pg> for Ids {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Array<Id>, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<sql::Ids, Sqlite> for Ids {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let hex: Vec<_> = self.0.iter().map(|id| id.uuid().simple()).collect();
        out.set_value(serde_json::to_string(&hex)?);
        Ok(serialize::IsNull::No)
    }
}

impl ToSql<sql::Texts, Pg> for Texts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Array<Text>, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<sql::Texts, Sqlite> for Texts {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(serialize::IsNull::No)
    }
}
