//! Where the two databases differ, and nowhere else: five statements that diesel's common backend cannot say.
//!
//! They are macros because each must be compiled once per database, with the types of that database.

/// Inserts many rows with as few statements as the database allows.
#[macro_export]
#[doc(hidden)]
macro_rules! insert_many {
    ($tx:expr, $table:expr, $rows:expr) => {{
        use diesel::RunQueryDsl as _;
        let rows = $rows;
        let inserted: Result<usize, diesel::result::Error> = match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => {
                let mut count = 0;
                let mut outcome = Ok(());
                for row in rows.iter() {
                    match diesel::insert_into($table).values(row).execute(conn) {
                        Ok(n) => count += n,
                        Err(error) => {
                            outcome = Err(error);
                            break;
                        }
                    }
                }
                outcome.map(|()| count)
            }
            $crate::platform::db::Connection::Postgres(conn) => {
                // A statement binds at most 65,535 values; no table here has more than 20 columns.
                let mut count = 0;
                let mut outcome = Ok(());
                for some in rows.chunks(3000) {
                    match diesel::insert_into($table).values(some).execute(conn) {
                        Ok(n) => count += n,
                        Err(error) => {
                            outcome = Err(error);
                            break;
                        }
                    }
                }
                outcome.map(|()| count)
            }
        };
        inserted.map_err($crate::platform::db::Error::from)
    }};
}

/// Inserts a row unless its key exists; true if it was inserted. A twin in another transaction is waited for.
#[macro_export]
#[doc(hidden)]
macro_rules! insert_or_get {
    ($tx:expr, $table:expr, $row:expr) => {{
        use diesel::RunQueryDsl as _;
        let row = $row;
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => {
                diesel::insert_into($table).values(row).on_conflict_do_nothing().execute(conn)
            }
            $crate::platform::db::Connection::Postgres(conn) => {
                diesel::insert_into($table).values(row).on_conflict_do_nothing().execute(conn)
            }
        }
        .map(|inserted| inserted == 1)
        .map_err($crate::platform::db::Error::from)
    }};
}

/// Inserts a row, or adds to the count of the one that has its key.
#[macro_export]
#[doc(hidden)]
macro_rules! add_to_count {
    ($tx:expr, $table:expr, $row:expr, $key:expr, $($change:expr),+ $(,)?) => {{
        use diesel::RunQueryDsl as _;
        let row = $row;
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => {
                diesel::insert_into($table).values(row).on_conflict($key).do_update().set(($($change),+,)).execute(conn)
            }
            $crate::platform::db::Connection::Postgres(conn) => {
                diesel::insert_into($table).values(row).on_conflict($key).do_update().set(($($change),+,)).execute(conn)
            }
        }
        .map(drop)
        .map_err($crate::platform::db::Error::from)
    }};
}

/// Holds the rows of a query until the transaction ends. SQLite has one writer, which holds everything.
#[macro_export]
#[doc(hidden)]
macro_rules! lock {
    ($tx:expr, $query:expr) => {{
        use diesel::{QueryDsl as _, RunQueryDsl as _};
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(_) => Ok(()),
            $crate::platform::db::Connection::Postgres(conn) => {
                $query.for_update().execute(conn).map(drop).map_err($crate::platform::db::Error::from)
            }
        }
    }};
}

/// Takes rows that nobody else is at work on: those another transaction holds are passed over.
#[macro_export]
#[doc(hidden)]
macro_rules! claim {
    ($tx:expr, $query:expr, $row:ty) => {{
        use diesel::{QueryDsl as _, RunQueryDsl as _};
        match $tx.conn() {
            $crate::platform::db::Connection::Sqlite(conn) => $query.load::<$row>(conn),
            $crate::platform::db::Connection::Postgres(conn) => $query.for_update().skip_locked().load::<$row>(conn),
        }
        .map_err($crate::platform::db::Error::from)
    }};
}

pub use crate::{add_to_count, claim, insert_many, insert_or_get, lock};
