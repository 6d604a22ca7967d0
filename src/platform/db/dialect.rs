//! Where the two databases differ, and nowhere else: what must be said to each in its own way.
//!
//! They are macros because each must be compiled once per database, with the types of that database.

/// Runs what is put together only when it is known what was asked, and so is another type for each database.
#[macro_export]
#[doc(hidden)]
macro_rules! on_either {
    ($tx:expr, |$conn:ident| $run:expr) => {
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite($conn) => $run,
            $crate::platform::db::Connection::Postgres($conn) => $run,
        }
    };
}

/// Inserts rows with as few round trips as the database allows. A statement of one row stays prepared; one of many is put
/// together and planned each time, which is a round trip of its own and pays from the third row.
#[macro_export]
#[doc(hidden)]
macro_rules! insert_many {
    ($tx:expr, $table:expr, $rows:expr) => {{
        use diesel::RunQueryDsl;
        let rows = $rows;
        let inserted: Result<usize, diesel::result::Error> = match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => rows.iter().try_fold(0, |count, row| {
                Ok(count + RunQueryDsl::execute(diesel::insert_into($table).values(row), conn)?)
            }),
            $crate::platform::db::Connection::Postgres(conn) if rows.len() <= 2 => {
                rows.iter().try_fold(0, |count, row| {
                    Ok(count + RunQueryDsl::execute(diesel::insert_into($table).values(row), conn)?)
                })
            }
            // A statement binds at most 65,535 values; no table here has more than 20 columns.
            $crate::platform::db::Connection::Postgres(conn) => rows.chunks(3000).try_fold(0, |count, some| {
                Ok(count + RunQueryDsl::execute(diesel::insert_into($table).values(some), conn)?)
            }),
        };
        inserted.map_err($crate::platform::db::Error::from)
    }};
}

/// Holds the rows of a query until the transaction ends. SQLite has one writer, which holds everything.
#[macro_export]
#[doc(hidden)]
macro_rules! lock {
    ($tx:expr, $query:expr) => {{
        use diesel::{QueryDsl as _, RunQueryDsl};
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(_) => Ok(()),
            $crate::platform::db::Connection::Postgres(conn) => {
                RunQueryDsl::execute($query.for_update(), conn).map(drop).map_err($crate::platform::db::Error::from)
            }
        }
    }};
}

/// Takes rows that nobody else is at work on: those another transaction holds are passed over.
#[macro_export]
#[doc(hidden)]
macro_rules! claim {
    ($tx:expr, $query:expr, $row:ty) => {{
        use diesel::{QueryDsl as _, RunQueryDsl};
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => RunQueryDsl::load::<$row>($query, conn),
            $crate::platform::db::Connection::Postgres(conn) => {
                RunQueryDsl::load::<$row>($query.for_update().skip_locked(), conn)
            }
        }
        .map_err($crate::platform::db::Error::from)
    }};
}

pub use crate::{claim, insert_many, lock, on_either};
