//! The tables as diesel knows them. The same columns in both databases: a test compares the two.
//! Rows are grouped as the rooms are. Nothing here says what a table is for: the migrations do.

#![allow(missing_docs, reason = "the migrations describe the tables")]

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    persons (id) {
        id -> Id,
        same_as -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    organisations (id) {
        id -> Id,
        number -> Text,
        name -> Text,
        legal_entity -> Nullable<Id>,
        employer_view -> Text,
        privacy_contact -> Nullable<Text>,
        dissolved_on -> Nullable<Date>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    former_employer_views (organisation, until_day) {
        organisation -> Id,
        until_day -> Date,
        employer_view -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    capacities (organisation, capacity) {
        organisation -> Id,
        capacity -> Text,
        from_day -> Date,
        to_day -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    certifications (id) {
        id -> Id,
        organisation -> Id,
        number -> Text,
        from_day -> Date,
        to_day -> Nullable<Date>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    certification_competences (certification, competence) {
        certification -> Id,
        competence -> Id,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    cards (id) {
        id -> Id,
        person -> Id,
        holder -> Nullable<Id>,
        external_reference -> Nullable<Text>,
        name -> Nullable<Text>,
        birth_date -> Nullable<Date>,
        mobile -> Nullable<Text>,
        position -> Nullable<Text>,
        source -> Text,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    card_emails (card, email_key) {
        card -> Id,
        email_key -> Text,
        email -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    claims (id) {
        id -> Id,
        person -> Id,
        claimed -> Id,
        claimed_by -> Text,
        made_at -> Instant,
        undone_at -> Nullable<Instant>,
        holder -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    accounts (id) {
        id -> Id,
        person -> Id,
        password_hash -> Text,
        locale -> Text,
        created_at -> Instant,
        closed_at -> Nullable<Instant>,
        version -> BigInt,
        closed_because -> Nullable<Text>,
        last_used_on -> Date,
        told_on -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    account_emails (email_key) {
        email_key -> Text,
        email -> Text,
        account -> Id,
        verified_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    sign_ups (id) {
        id -> Id,
        token_hash -> Text,
        email -> Text,
        name -> Text,
        birth_date -> Date,
        password_hash -> Text,
        locale -> Text,
        expires_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    password_resets (token_hash) {
        token_hash -> Text,
        account -> Id,
        expires_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    sign_ins (id) {
        id -> Id,
        account -> Id,
        created_at -> Instant,
        last_used_at -> Instant,
        expires_at -> Instant,
        ended_at -> Nullable<Instant>,
        end_reason -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    refresh_tokens (token_hash) {
        token_hash -> Text,
        sign_in -> Id,
        issued_at -> Instant,
        used_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    attempts (kind, key) {
        kind -> Text,
        key -> Text,
        failures -> BigInt,
        last_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    api_clients (id) {
        id -> Id,
        organisation -> Id,
        name -> Text,
        scopes -> Text,
        secret_hash -> Text,
        created_at -> Instant,
        revoked_at -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    signing_keys (kid) {
        kid -> Text,
        public_key -> Text,
        sealed -> Text,
        created_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    teams (id) {
        id -> Id,
        organisation -> Id,
        name -> Text,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    memberships (id) {
        id -> Id,
        organisation -> Id,
        person -> Id,
        role -> Text,
        team -> Nullable<Id>,
        created_at -> Instant,
        ended_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    employments (id) {
        id -> Id,
        organisation -> Id,
        person -> Id,
        team -> Nullable<Id>,
        from_day -> Date,
        to_day -> Nullable<Date>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    invitations (id) {
        id -> Id,
        organisation -> Id,
        email -> Text,
        role -> Nullable<Text>,
        team -> Nullable<Id>,
        card -> Nullable<Id>,
        token_hash -> Text,
        created_at -> Instant,
        expires_at -> Instant,
        accepted_at -> Nullable<Instant>,
        withdrawn_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    schemes (id) {
        id -> Id,
        code -> Text,
        body -> Nullable<Id>,
        name_nb -> Text,
        name_en -> Text,
        fields -> Text,
        source -> Nullable<Text>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    competences (id) {
        id -> Id,
        code -> Text,
        owner -> Nullable<Id>,
        name_nb -> Text,
        name_en -> Text,
        subject -> Text,
        class -> Text,
        obliged_party -> Nullable<Text>,
        issued_by -> Text,
        sensitive -> Bool,
        scheme -> Nullable<Id>,
        expiry -> Text,
        min_hours -> Nullable<Double>,
        note_nb -> Nullable<Text>,
        note_en -> Nullable<Text>,
        sources -> Text,
        created_at -> Instant,
        version -> BigInt,
        profile -> Text,
        repeats -> Nullable<Id>,
        adds_to -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    competence_expiries (competence, from_day) {
        competence -> Id,
        from_day -> Date,
        expiry -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    competence_extensions (competence, position) {
        competence -> Id,
        position -> SmallInt,
        first_day -> Date,
        last_day -> Date,
        until_day -> Date,
        citation -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    competence_provisions (competence, position) {
        competence -> Id,
        position -> SmallInt,
        citation -> Text,
        valid_from -> Date,
        valid_to -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    courses (id) {
        id -> Id,
        provider -> Id,
        code -> Text,
        competence -> Nullable<Id>,
        title_nb -> Text,
        title_en -> Nullable<Text>,
        description -> Nullable<Text>,
        learning_outcomes -> Nullable<Text>,
        workload_hours -> Nullable<Double>,
        level -> Nullable<Text>,
        assessment -> Nullable<Text>,
        participation -> Nullable<Text>,
        quality_assurance -> Nullable<Text>,
        esco -> Nullable<Text>,
        sensitive -> Bool,
        closed_on -> Nullable<Date>,
        created_at -> Instant,
        version -> BigInt,
        certifies_from -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    requirements (id) {
        id -> Id,
        organisation -> Id,
        competence -> Id,
        team -> Nullable<Id>,
        from_day -> Date,
        to_day -> Nullable<Date>,
        created_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    records (id) {
        id -> Id,
        kind -> Text,
        person -> Id,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    import_batches (id) {
        id -> Id,
        organisation -> Id,
        source -> Text,
        file_hash -> Text,
        done_by -> Text,
        doer -> Nullable<Id>,
        started_at -> Instant,
        finished_at -> Nullable<Instant>,
        read -> BigInt,
        recorded -> BigInt,
        changed -> BigInt,
        unchanged -> BigInt,
        refused -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    completions (record) {
        record -> Id,
        recorder -> Id,
        competence -> Nullable<Id>,
        course -> Nullable<Id>,
        event -> Nullable<Id>,
        version -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    completion_versions (completion, version) {
        completion -> Id,
        version -> BigInt,
        outcome -> Text,
        on_day -> Nullable<Date>,
        hours -> Nullable<Double>,
        result -> Nullable<Text>,
        run -> Nullable<Text>,
        ordered_by_person -> Bool,
        ordered_by -> Nullable<Id>,
        recorded_at -> Instant,
        done_by -> Text,
        doer -> Nullable<Id>,
        reason -> Nullable<Text>,
        batch -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    custodies (record, controller, ground) {
        record -> Id,
        controller -> Id,
        ground -> Text,
        capacity -> Text,
        content -> SmallInt,
        category -> Text,
        schedule_version -> Text,
        since -> Instant,
        must_keep -> Nullable<Text>,
        may_keep -> Nullable<Text>,
        most -> Nullable<Text>,
        erase_on -> Nullable<Date>,
        review_on -> Nullable<Date>,
        missing -> Nullable<Text>,
        came_from -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    erasures (id) {
        id -> Id,
        person -> Id,
        erased_at -> Instant,
        receipt -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    narrowed_custodies (record, controller, ground) {
        record -> Id,
        controller -> Id,
        ground -> Text,
        content -> SmallInt,
        narrowed_on -> Date,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    legal_holds (id) {
        id -> Id,
        organisation -> Id,
        person -> Id,
        record -> Nullable<Id>,
        reason -> Text,
        reference -> Nullable<Text>,
        owner -> Id,
        review_on -> Date,
        set_at -> Instant,
        set_by -> Nullable<Id>,
        lifted_at -> Nullable<Instant>,
        lifted_by -> Nullable<Id>,
        version -> BigInt,
        continues -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;

    held_persons (person, hold) {
        person -> Id,
        hold -> Id,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    privacy_cases (id) {
        id -> Id,
        organisation -> Id,
        person -> Id,
        kind -> Text,
        reason -> Nullable<Text>,
        opened_at -> Instant,
        due_on -> Date,
        due_last_on -> Date,
        extended_at -> Nullable<Instant>,
        extension -> Nullable<Text>,
        state -> Text,
        closed -> Bool,
        outcome -> Nullable<Text>,
        answer -> Nullable<Text>,
        closed_at -> Nullable<Instant>,
        decided_by -> Nullable<Id>,
        version -> BigInt,
        reply_to -> Nullable<Text>,
        reply_lang -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    privacy_case_custodies (privacy_case, record, ground) {
        privacy_case -> Id,
        record -> Id,
        ground -> Text,
        person -> Id,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    restricted_custodies (record, controller, ground) {
        record -> Id,
        controller -> Id,
        ground -> Text,
        since -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    releases (id) {
        id -> Id,
        organisation -> Id,
        released_by -> Nullable<Id>,
        released_at -> Instant,
        became -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    portfolio (record) {
        record -> Id,
        accepted_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    hand_overs (record, organisation) {
        record -> Id,
        organisation -> Id,
        handed_over_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    disclosures (person, organisation, ground, day) {
        person -> Id,
        organisation -> Id,
        ground -> Text,
        day -> Date,
        count -> BigInt,
        first_at -> Instant,
        last_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    disclosure_records (person, organisation, ground, day, record) {
        person -> Id,
        organisation -> Id,
        ground -> Text,
        day -> Date,
        record -> Id,
        gone_on -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    import_rows (organisation, source, row_key) {
        organisation -> Id,
        source -> Text,
        row_key -> Text,
        completion -> Id,
        content_hash -> Text,
        batch -> Id,
        line -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    outbox (id) {
        id -> Id,
        kind -> Text,
        payload -> Text,
        due_at -> Instant,
        attempts -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    audit (id) {
        id -> Id,
        at -> Instant,
        done_by -> Text,
        doer -> Nullable<Id>,
        action -> Text,
        organisation -> Nullable<Id>,
        subject -> Nullable<Id>,
        salt -> Nullable<Text>,
        payload -> Nullable<Text>,
        commitment -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    idempotency_keys (actor, operation, key) {
        actor -> Text,
        operation -> Text,
        key -> Text,
        body_hash -> Text,
        made -> Nullable<Id>,
        created_at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    fixed (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    feed (id) {
        id -> Id,
        number -> Nullable<BigInt>,
        kind -> Text,
        audience -> Id,
        scheme -> Nullable<Id>,
        record -> Id,
        at -> Instant,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    imports (batch) {
        batch -> Id,
        organisation -> Id,
        subject -> Text,
        state -> Text,
        lang -> Text,
        dry_run -> Bool,
        mapping -> Nullable<Text>,
        pieces -> BigInt,
        size -> BigInt,
        position -> BigInt,
        refused_at_most -> Nullable<BigInt>,
        changed_at_most -> Nullable<BigInt>,
        stopped_because -> Nullable<Text>,
        undone -> BigInt,
        restored -> BigInt,
        kept -> BigInt,
        undone_up_to -> Nullable<Id>,
        runner -> Nullable<Id>,
        lease_until -> Nullable<Instant>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    import_pieces (batch, number) {
        batch -> Id,
        number -> BigInt,
        piece -> Binary,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    import_results (batch, step, number) {
        batch -> Id,
        step -> Text,
        number -> BigInt,
        lines -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    import_employments (organisation, source, row_key) {
        organisation -> Id,
        source -> Text,
        row_key -> Text,
        employment -> Id,
        content_hash -> Text,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    import_changes (batch, employment) {
        batch -> Id,
        employment -> Id,
        line -> BigInt,
        from_version -> BigInt,
        version -> BigInt,
        before -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    issuing (organisation) {
        organisation -> Id,
        prefix -> Text,
        signatory -> Nullable<Text>,
        version -> BigInt,
        logo -> Nullable<Id>,
        colour -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificate_numbers (issuer, year) {
        issuer -> Id,
        year -> BigInt,
        last -> BigInt,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    documents (id) {
        id -> Id,
        media_type -> Text,
        sha256 -> Text,
        size -> BigInt,
        sealed_key -> Text,
        created_at -> Instant,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificates (id) {
        id -> Id,
        person -> Id,
        issuer -> Id,
        number -> Text,
        kind -> Text,
        about -> Text,
        renews -> Nullable<Id>,
        version -> BigInt,
        created_at -> Instant,
        unconfirmed_on -> Nullable<Date>,
        narrowed_on -> Nullable<Date>,
        keeper -> Id,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificate_versions (certificate, version) {
        certificate -> Id,
        version -> BigInt,
        code -> Text,
        facts -> Text,
        issued_on -> Date,
        valid_until -> Nullable<Date>,
        document -> Nullable<Id>,
        issued_at -> Nullable<Instant>,
        made_at -> Instant,
        done_by -> Text,
        doer -> Nullable<Id>,
        reason -> Nullable<Text>,
        batch -> Nullable<Id>,
        letter -> Bool,
        photo -> Nullable<Id>,
        logo -> Nullable<Id>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    photos (issuer, person) {
        issuer -> Id,
        person -> Id,
        document -> Id,
        sent_at -> Instant,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificate_batches (id) {
        id -> Id,
        issuer -> Id,
        state -> Text,
        language -> Text,
        letters -> Bool,
        capacity -> Text,
        course -> Nullable<Id>,
        competence -> Nullable<Id>,
        from_day -> Nullable<Date>,
        to_day -> Nullable<Date>,
        position -> Id,
        found -> BigInt,
        certified_before -> BigInt,
        issued -> BigInt,
        refused -> BigInt,
        done_by -> Text,
        doer -> Nullable<Id>,
        began_at -> Instant,
        finished_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use diesel::sql_types::*;

    lasting_keys (purpose) {
        purpose -> Text,
        sealed -> Text,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    to_certify (completion) {
        completion -> Id,
        issuer -> Id,
        batch -> Nullable<Id>,
        language -> Text,
        letter -> Bool,
        obstacles -> Nullable<Text>,
        asked_at -> Instant,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificate_lines (certificate, version, position) {
        certificate -> Id,
        version -> BigInt,
        position -> SmallInt,
        completion -> Id,
        completion_version -> BigInt,
        competence -> Nullable<Id>,
        completed -> Nullable<Date>,
        valid_until -> Nullable<Date>,
        scheme -> Nullable<Id>,
        employer -> Nullable<Id>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    issuer_keys (name) {
        name -> Text,
        organisation -> Id,
        algorithm -> Text,
        public_key -> Text,
        sealed -> Text,
        created_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    status_lists (id) {
        id -> Id,
        organisation -> Id,
        taken -> BigInt,
        changes -> BigInt,
        created_at -> Instant,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    status_marks (list, place) {
        list -> Id,
        place -> Integer,
        revoked -> Bool,
        suspended -> Bool,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    credentials (certificate, version, completion) {
        certificate -> Id,
        version -> BigInt,
        completion -> Id,
        id -> Id,
        subject -> Id,
        salt -> Text,
        list -> Id,
        place -> Integer,
        signed -> Nullable<Text>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    provider_registers (provider, from_day) {
        provider -> Id,
        from_day -> Date,
        register -> Nullable<Id>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    certificate_acts (id) {
        id -> Id,
        certificate -> Id,
        act -> Text,
        on_day -> Date,
        reason -> Nullable<Text>,
        heard_on -> Nullable<Date>,
        done_by -> Text,
        doer -> Nullable<Id>,
        organisation -> Nullable<Id>,
        at -> Instant,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    verification_codes (hash) {
        hash -> Text,
        issuer -> Id,
        certificate -> Nullable<Id>,
        version -> BigInt,
        revoked_on -> Nullable<Date>,
        revoked_until -> Nullable<Date>,
        kept_until -> Nullable<Date>,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    verification_counts (certificate, day) {
        certificate -> Id,
        day -> Date,
        count -> BigInt,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    erasure_ledger (id) {
        id -> Id,
        controller -> Id,
        category -> Text,
        schedule_version -> Text,
        erased_on -> Date,
        untrue -> Bool,
        reduced_to -> Nullable<SmallInt>,
        records -> Text,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    erasure_hashes (entry, hash) {
        entry -> Id,
        hash -> Text,
    }
}

diesel::table! {
    use super::super::types::sql::*;
    use diesel::sql_types::*;

    ended_custodies (record, controller, ground) {
        record -> Id,
        controller -> Id,
        ground -> Text,
        capacity -> Text,
        ended_on -> Date,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    transfers (id) {
        id -> Id,
        giver -> Id,
        receiver -> Id,
        reason -> Text,
        up_to -> Date,
        state -> Text,
        proposed_at -> Instant,
        proposed_by -> Nullable<Id>,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Id>,
        done_at -> Nullable<Instant>,
        moved -> BigInt,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    packs (organisation, version) {
        organisation -> Id,
        version -> BigInt,
        cooling_off_days -> BigInt,
        choices -> Text,
        chosen_at -> Instant,
        chosen_by -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;

    transfer_told (transfer, person) {
        transfer -> Id,
        person -> Id,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    ended_employments (employment) {
        employment -> Id,
        employer -> Id,
        to_day -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    transfer_categories (transfer, category) {
        transfer -> Id,
        category -> Text,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::Id;
    use diesel::sql_types::*;

    awaited_endings (record, controller, ground) {
        record -> Id,
        controller -> Id,
        ground -> Text,
        holder -> Id,
        erasure -> Id,
        goes_on -> Nullable<Date>,
        gone_on -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    annulments (id) {
        id -> Id,
        organisation -> Id,
        record -> Id,
        record_version -> BigInt,
        reason -> Text,
        explanation -> Nullable<Text>,
        belongs_to -> Nullable<Id>,
        state -> Text,
        proposed_at -> Instant,
        proposed_by -> Id,
        answered_at -> Nullable<Instant>,
        answered_by -> Nullable<Id>,
        recorded_anew -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::platform::db::types::sql::{Id, Instant};
    use diesel::sql_types::*;

    minor_reports (account) {
        account -> Id,
        reported_at -> Instant,
        reported_by -> Id,
        closed_at -> Nullable<Instant>,
        closed_because -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    annulments,
    minor_reports,
    transfers,
    transfer_categories,
    transfer_told,
    ended_employments,
    persons,
    organisations,
    former_employer_views,
    capacities,
    certifications,
    certification_competences,
    cards,
    card_emails,
    claims,
    accounts,
    account_emails,
    sign_ups,
    password_resets,
    sign_ins,
    refresh_tokens,
    attempts,
    api_clients,
    signing_keys,
    lasting_keys,
    teams,
    memberships,
    employments,
    invitations,
    schemes,
    competences,
    competence_provisions,
    competence_expiries,
    competence_extensions,
    courses,
    requirements,
    records,
    import_batches,
    completions,
    completion_versions,
    custodies,
    narrowed_custodies,
    erasures,
    legal_holds,
    held_persons,
    privacy_cases,
    privacy_case_custodies,
    restricted_custodies,
    releases,
    portfolio,
    hand_overs,
    disclosures,
    disclosure_records,
    import_rows,
    feed,
    imports,
    import_pieces,
    import_results,
    import_employments,
    import_changes,
    issuing,
    certificate_numbers,
    documents,
    certificates,
    certificate_versions,
    photos,
    provider_registers,
    certificate_batches,
    to_certify,
    certificate_lines,
    certificate_acts,
    issuer_keys,
    status_lists,
    status_marks,
    credentials,
    verification_codes,
    verification_counts,
    erasure_ledger,
    erasure_hashes,
    packs,
    awaited_endings,
    ended_custodies,
    outbox,
    audit,
    idempotency_keys,
    fixed,
);
