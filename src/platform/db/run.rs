//! Runs statements on whichever database a connection is to.
//!
//! A statement is compiled once for each database. diesel then knows it by its type: it is prepared at its first run on a
//! connection and kept, and its SQL is not put together again. (diesel's own common connection writes every statement's
//! text several times per run, which costs more than SQLite takes to answer.)

use diesel::{
    QueryDsl, QueryResult,
    dsl::Limit,
    pg::PgConnection,
    query_builder::QueryId,
    query_dsl::{
        LoadQuery,
        methods::{ExecuteDsl, LimitDsl},
    },
    sqlite::SqliteConnection,
};

use super::Connection;

/// What a file that asks the database brings into scope: diesel's prelude, with [`Run`] in the place of its like.
pub mod prelude {
    pub use super::Run as _;
    pub use diesel::{
        AsChangeset, BoolExpressionMethods, ExpressionMethods, Insertable, IntoSql, JoinOnDsl,
        NullableExpressionMethods, OptionalExtension, QueryDsl, QueryResult, Queryable, QueryableByName,
        TextExpressionMethods,
    };
}

/// A statement both databases understand.
pub trait Run: Sized {
    /// Runs it; how many rows it touched.
    ///
    /// # Errors
    /// The database's.
    fn execute(self, conn: &mut Connection) -> QueryResult<usize>
    where
        Self: ExecuteDsl<PgConnection> + ExecuteDsl<SqliteConnection>,
    {
        match conn {
            Connection::Postgres(conn) => ExecuteDsl::execute(self, conn),
            Connection::Sqlite(conn) => ExecuteDsl::execute(self, conn),
        }
    }

    /// All its rows.
    ///
    /// # Errors
    /// The database's.
    fn load<'q, U>(self, conn: &mut Connection) -> QueryResult<Vec<U>>
    where
        Self: LoadQuery<'q, PgConnection, U> + LoadQuery<'q, SqliteConnection, U>,
    {
        match conn {
            Connection::Postgres(conn) => LoadQuery::internal_load(self, conn)?.collect(),
            Connection::Sqlite(conn) => LoadQuery::internal_load(self, conn)?.collect(),
        }
    }

    /// Its only row, or its first.
    ///
    /// # Errors
    /// `NotFound` if it has none, or the database's.
    fn get_result<'q, U>(self, conn: &mut Connection) -> QueryResult<U>
    where
        Self: LoadQuery<'q, PgConnection, U> + LoadQuery<'q, SqliteConnection, U>,
    {
        let first = match conn {
            Connection::Postgres(conn) => LoadQuery::internal_load(self, conn)?.next(),
            Connection::Sqlite(conn) => LoadQuery::internal_load(self, conn)?.next(),
        };
        first.unwrap_or(Err(diesel::result::Error::NotFound))
    }

    /// Its first row, and asks for no other.
    ///
    /// # Errors
    /// `NotFound` if it has none, or the database's.
    fn first<'q, U>(self, conn: &mut Connection) -> QueryResult<U>
    where
        Self: QueryDsl + LimitDsl,
        Limit<Self>: Run + LoadQuery<'q, PgConnection, U> + LoadQuery<'q, SqliteConnection, U>,
    {
        Run::get_result(LimitDsl::limit(self, 1), conn)
    }
}

impl<S: QueryId> Run for S {}
