//! How the product's words lie in the two databases: ids as `uuid` or 16-byte blobs, instants as `timestamptz` or
//! fixed-width UTC text, closed words as text, content as a small bit set.

use std::io::Write;

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{Date, SmallInt, Text},
    sqlite::Sqlite,
};
use uuid::Uuid;

use crate::words::*;

/// The SQL types of our own.
pub mod sql {
    use diesel::{query_builder::QueryId, sql_types::SqlType};

    /// `uuid` in PostgreSQL, a 16-byte blob in SQLite.
    #[derive(Clone, Copy, Debug, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 2950, array_oid = 2951), sqlite_type(name = "Binary"))]
    pub struct Id;

    /// `timestamptz` in PostgreSQL, RFC 3339 text in SQLite.
    #[derive(Clone, Copy, Debug, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1184, array_oid = 1185), sqlite_type(name = "Text"))]
    pub struct Instant;

    /// Ids as one parameter: `uuid[]` in PostgreSQL, a JSON list of hexadecimal texts in SQLite.
    #[derive(Clone, Copy, Debug, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 2951, array_oid = 0), sqlite_type(name = "Text"))]
    pub struct Ids;

    /// Texts as one parameter: `text[]` in PostgreSQL, a JSON list in SQLite.
    #[derive(Clone, Copy, Debug, SqlType, QueryId)]
    #[diesel(postgres_type(oid = 1009, array_oid = 0), sqlite_type(name = "Text"))]
    pub struct Texts;
}

macro_rules! stored_as_id {
    ($($proxy:ident: $name:ident),+ $(,)?) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = sql::Id)]
        #[allow(dead_code, reason = "exists only so that the derives can reach a type of another room")]
        struct $proxy($name);

        impl ToSql<sql::Id, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.bytes())?;
                Ok(IsNull::No)
            }
        }
        impl ToSql<sql::Id, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.bytes().as_slice());
                Ok(IsNull::No)
            }
        }
        impl FromSql<sql::Id, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::from_uuid(Uuid::from_slice(value.as_bytes())?))
            }
        }
        impl FromSql<sql::Id, Sqlite> for $name {
            fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                Ok(Self::from_uuid(Uuid::from_slice(value.read_blob())?))
            }
        }
    )+};
}

stored_as_id! {
    PersonIdSql: PersonId, CardIdSql: CardId, ClaimIdSql: ClaimId, AccountIdSql: AccountId, SignInIdSql: SignInId,
    SignUpIdSql: SignUpId, ClientIdSql: ClientId, OrganisationIdSql: OrganisationId,
    CertificationIdSql: CertificationId, MembershipIdSql: MembershipId, TeamIdSql: TeamId,
    EmploymentIdSql: EmploymentId, InvitationIdSql: InvitationId, CompetenceIdSql: CompetenceId,
    SchemeIdSql: SchemeId, CourseIdSql: CourseId, RequirementIdSql: RequirementId, RecordIdSql: RecordId,
    EventIdSql: EventId, HoldIdSql: HoldId, CertificateIdSql: CertificateId, DocumentIdSql: DocumentId,
    CertificateActIdSql: CertificateActId, CertificateBatchIdSql: CertificateBatchId, BatchIdSql: BatchId, LedgerEntryIdSql: LedgerEntryId, JobIdSql: JobId, AuditIdSql: AuditId, ErasureIdSql: ErasureId, CaseIdSql: CaseId, ReleaseIdSql: ReleaseId, TransferIdSql: TransferId, AnnulmentIdSql: AnnulmentId, CredentialIdSql: CredentialId, StatusListIdSql: StatusListId, FeedIdSql: FeedId, AnyIdSql: AnyId,
}

macro_rules! stored_as_word {
    ($($proxy:ident: $name:ident),+ $(,)?) => {$(
        #[derive(AsExpression, FromSqlRow)]
        #[diesel(foreign_derive, sql_type = Text)]
        #[allow(dead_code, reason = "exists only so that the derives can reach a type of another room")]
        struct $proxy($name);

        impl ToSql<Text, Pg> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                out.write_all(self.code().as_bytes())?;
                Ok(IsNull::No)
            }
        }
        impl ToSql<Text, Sqlite> for $name {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value(self.code());
                Ok(IsNull::No)
            }
        }
        impl FromSql<Text, Pg> for $name {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                word(std::str::from_utf8(value.as_bytes())?)
            }
        }
        impl FromSql<Text, Sqlite> for $name {
            fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                word(value.read_text())
            }
        }
    )+};
}

/// A code no list has means the database is newer than the program.
fn word<W: Word>(code: &str) -> deserialize::Result<W> {
    W::from_code(code).ok_or_else(|| format!("unknown code in the database: {code}").into())
}

stored_as_word! {
    CapacitySql: Capacity, RoleSql: Role, ClassSql: Class, ObligedPartySql: ObligedParty, IssuedBySql: IssuedBy,
    ParticipationSql: Participation, LevelSql: Level,
    OutcomeSql: Outcome, GroundSql: Ground, RecordKindSql: RecordKind, EmployerViewSql: EmployerView,
    ClaimedBySql: ClaimedBy, DoneBySql: DoneBy, ImportSubjectSql: ImportSubject, ImportStateSql: ImportState,
    ImportStopSql: ImportStop, ImportStepSql: ImportStep, DocumentKindSql: DocumentKind, ProfileSql: Profile,
    CertificateActSql: CertificateAct, CertificateBatchStateSql: CertificateBatchState, CertifiesAsSql: CertifiesAs, LangSql: Lang, EndReasonSql: EndReason,
    HoldReasonSql: HoldReason, AccountEndSql: AccountEnd, CaseKindSql: CaseKind, NoticeKindSql: NoticeKind, CaseStateSql: CaseState,
    CaseOutcomeSql: CaseOutcome, TransferReasonSql: TransferReason, TransferStateSql: TransferState, AnnulmentReasonSql: AnnulmentReason,
    AnnulmentStateSql: AnnulmentState, KeyAlgorithmSql: KeyAlgorithm,
}

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive, sql_type = sql::Instant)]
#[allow(dead_code, reason = "exists only so that the derives can reach a type of another room")]
struct InstantSql(Instant);

/// PostgreSQL counts microseconds from 2000-01-01.
const POSTGRES_EPOCH_MICROS: i64 = 946_684_800_000_000;

impl ToSql<sql::Instant, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&(self.utc().timestamp_micros() - POSTGRES_EPOCH_MICROS).to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<sql::Instant, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.to_string());
        Ok(IsNull::No)
    }
}
impl FromSql<sql::Instant, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let micros = i64::from_be_bytes(value.as_bytes().try_into()?);
        let at = chrono::DateTime::from_timestamp_micros(micros + POSTGRES_EPOCH_MICROS);
        at.map(Instant::new).ok_or_else(|| "an instant no calendar has".into())
    }
}
impl FromSql<sql::Instant, Sqlite> for Instant {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Instant::parse(value.read_text()).ok_or_else(|| "not an instant".into())
    }
}

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive, sql_type = SmallInt)]
#[allow(dead_code, reason = "exists only so that the derives can reach a type of another room")]
struct ContentSql(Content);

impl ToSql<SmallInt, Pg> for Content {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(&self.bits().to_be_bytes())?;
        Ok(IsNull::No)
    }
}
impl ToSql<SmallInt, Sqlite> for Content {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(i32::from(self.bits()));
        Ok(IsNull::No)
    }
}
impl<DB: Backend> FromSql<SmallInt, DB> for Content
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        i16::from_sql(value).map(Content::from_bits)
    }
}

#[derive(AsExpression, FromSqlRow)]
#[diesel(foreign_derive, sql_type = Date)]
#[allow(dead_code, reason = "exists only so that the derives can reach a type of another room")]
struct DaySql(Day);

impl ToSql<Date, Pg> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Date, Pg>::to_sql(self.date(), out)
    }
}
impl ToSql<Date, Sqlite> for Day {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        ToSql::<Date, Sqlite>::to_sql(self.date(), out)
    }
}
impl<DB: Backend> FromSql<Date, DB> for Day
where
    chrono::NaiveDate: FromSql<Date, DB>,
{
    fn from_sql(value: DB::RawValue<'_>) -> deserialize::Result<Self> {
        chrono::NaiveDate::from_sql(value).map(Day::new)
    }
}
