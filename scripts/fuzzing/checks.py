"""A check of our own, in the place of schemathesis' `positive_data_acceptance`.

That one says: what fits the schema must be accepted. No schema can say that an organisation number has a check digit, that a
day has been, or that an id exists. So a refusal of what fits the schema is right here if, and only if, everything it names is
such a rule. Whatever a schema could have said must stand in it.
"""

import json
import unicodedata

import schemathesis

# Field codes that no schema can foretell.
RULES = {
    # What the database, the clock or the caller decides.
    "unknown", "taken", "closed", "ambiguous", "lacks_capacity", "class_not_yours", "in_the_future", "too_young",
    # What a certificate is worth, what it is about, and what is known of its holder.
    "not_in_this_state", "several_persons", "not_to_be_certified", "mixed_documents", "detail_missing", "certified_before",
    "repetition_too_late",
    # What somebody saw before, and days counted from today.
    "not_a_plan", "encrypted_file", "not_a_certificate", "several_certificates", "changed_since", "in_the_past", "too_far_ahead",
    # What a person can ask of a human, by what would follow today.
    "can_be_erased", "not_to_be_objected",
    # What can be handed over to an employer, by what it requires and holds today.
    "held_already", "let_go_before", "not_required", "carries_no_competence",
    # What was recorded about whom, and by whom.
    "same_human", "only_for_wrong_person",
    # What of the schedule is an organisation's to choose, and how much of it, by the rule that is named.
    "length_fixed", "beyond_the_limit",
    # What must hold between fields.
    "one_of", "day_needed", "provision_needed", "before_birth", "ends_before_it_begins",
    # Check digits, word lists, and formats that JSON Schema knows only by name.
    "mistyped", "not_an_organisation_number", "national_identity_number", "common_password", "not_an_email", "too_long_ago",
    # An opaque text that only the list itself makes.
    "bad_cursor",
    # Control characters: each text would need a pattern that nobody can read.
    "damaged_text",
    # What stands in a file, and which of its columns a mapping may name.
    "file", "mapping",
}

# The same, where the code alone could also be a lack of the schema: one field is needed, or not taken, because of another.
RULES_AT = {
    ("required", "/name"), ("required", "/ordered_by"), ("required", "/competence"), ("required", "/team"),
    ("required", "/course"), ("required", "/plan"), ("required", "/answer"), ("required", "?left"), ("required", "?top"), ("required", "?width"), ("required", "?height"),
    ("unknown_field", "/team"), ("not_in_list", "/role"),
}

# Problems about what a value refers to, never about its form.
KINDS = {"stale", "link-spent", "acting-organisation-needed", "lacks-capacity", "idempotency-key-reused", "invalid-scope",
         "invalid-client", "wrong-credentials", "unauthenticated", "forbidden", "not-found", "conflict", "in-use", "too-many-requests",
         "secret-already-shown", "not-now", "undo-too-late", "plan-changed", "preview-changed", "must-stay",
         "extension-too-late", "another-human-needed", "built-on", "the-last-one"}


# Stands in front of every other file that is sent: without it none would come further than to its first line.
HEADER = "Ansattnummer;Navn;E-post;Kurs;Resultat;Dato;Startdato\n"


@schemathesis.hook
def map_body(ctx, body):
    """Control characters are refused everywhere; texts that are full of them would keep the fuzzer at the door."""
    if isinstance(body, dict):
        return {key: map_body(ctx, value) for key, value in body.items()}
    if isinstance(body, list):
        return [map_body(ctx, value) for value in body]
    if isinstance(body, str):
        if len(body) % 2 and ctx.operation.path.endswith("/imports/{subject}"):
            body = HEADER + body
        return "".join("x" if unicodedata.category(c) == "Cc" and not c.isspace() else c for c in body)
    return body


@schemathesis.deserializer("application/x-ndjson")
def lines(ctx, response):
    """One object a line; the document describes them as the array of them."""
    return [json.loads(line) for line in response.content.decode().splitlines()]


def is_a_rule(error):
    code, pointer = error["code"], error["pointer"]
    if (code, pointer.rsplit("/", 1)[-1]) == ("out_of_range", "window_months"):
        return True
    return code in RULES or (code, pointer) in RULES_AT


@schemathesis.check
def what_fits_the_schema_is_refused_by_rules_only(ctx, response, case):
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code < 400:
        return
    if response.status_code == 405:  # other methods are tried on purpose
        return
    problem = response.json()
    kind = problem["type"].removeprefix("/problems/")
    if kind in KINDS:
        return
    beyond = [error for error in problem["errors"] if not is_a_rule(error)]
    if kind != "invalid" or beyond:
        named = ", ".join(f"{error['pointer']} {error['code']}" for error in beyond)
        raise AssertionError(f"{kind} for what fits the schema: {named}")
