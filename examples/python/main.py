"""A walk through Attest's demo: a person reads, a program of the provider lists, records, corrects and imports."""

import csv
import io
import os
import sys
import time
import uuid
from collections.abc import Iterator
from datetime import date

from attest import AttestProblem, answered, as_client, as_person, every
from attest_client import AuthenticatedClient
from attest_client.api.catalogue import catalogue_courses_list
from attest_client.api.completions import completions_correct, completions_list, completions_record
from attest_client.api.imports import imports_results, imports_send, imports_show, imports_start
from attest_client.api.integrators import identity_clients_create
from attest_client.api.oneself import completions_mine
from attest_client.api.identity import identity_accounts_memberships
from attest_client.models import (
    ClientWithSecret,
    Completion,
    CompletionList,
    CompletionsListCapacity,
    CourseList,
    Import,
    ImportsResultsOutcome,
    ImportsResultsSubject,
    ImportsSendSubject,
    ImportsShowSubject,
    ImportsStartSubject,
    ImportState,
    NewClient,
    NewClientScopesItem,
    NewCompletion,
    NewCompletionOutcome,
    NewVersion,
    OwnCompletionList,
    OwnMembershipList,
    Proposed,
    Start,
)
from attest_client.types import File

BASE = os.environ.get("ATTEST_URL", "http://127.0.0.1:8080")
PASSWORD = "try-attest-yourself"

# The second row has a day that never was.
RESULTS = """Deltakernummer;Navn;Kurskode;Resultat;Dato
P-201;Kari Berg;T4;bestått;02.03.2026
P-202;Ola Lund;T4;bestått;31.02.2026
"""
AT_WORK = {ImportState.WAITING, ImportState.RUNNING}


def own_completions() -> None:
    """A person sees the own completions, and with each one who holds it and why."""
    anna = as_person(BASE, "anna.odegard@example.no", PASSWORD)
    for completion in answered(completions_mine.sync_detailed(client=anna), OwnCompletionList).items:
        holders = ", ".join(f"{custody.controller.name} ({custody.ground})" for custody in completion.custodies)
        print(f"{completion.on}  {completion.course.title.en}: held by {holders}")


def make_client() -> tuple[uuid.UUID, AuthenticatedClient]:
    """An administrator makes a client for a program; its secret is shown this once."""
    admin = as_person(BASE, "admin@fjordkurs.example.no", PASSWORD)
    memberships = answered(identity_accounts_memberships.sync_detailed(client=admin), OwnMembershipList)
    organisation = memberships.items[0].organisation
    scopes = [NewClientScopesItem.COMPLETIONSREAD, NewClientScopesItem.COMPLETIONSWRITE]
    wanted = NewClient(name="Python example", scopes=scopes)
    made = answered(identity_clients_create.sync_detailed(organisation, client=admin, body=wanted), ClientWithSecret)
    return organisation, as_client(BASE, str(made.client_id), made.client_secret)


def count_completions(program: AuthenticatedClient, organisation: uuid.UUID) -> int:
    """All that the organisation holds as a provider, twenty at a time."""

    def page(cursor: str) -> CompletionList:
        response = completions_list.sync_detailed(
            organisation, client=program, capacity=CompletionsListCapacity.PROVIDER, limit=20, cursor=cursor
        )
        return answered(response, CompletionList)

    return sum(1 for _ in every(page))


def record(program: AuthenticatedClient, organisation: uuid.UUID, key: str) -> Completion:
    courses = answered(catalogue_courses_list.sync_detailed(client=program, provider=organisation), CourseList)
    course = next(course for course in courses.items if course.code == "T4")
    completion = NewCompletion(
        course=course.id, person_reference="F-001", outcome=NewCompletionOutcome.PASSED, on=date(2026, 3, 1)
    )
    response = completions_record.sync_detailed(organisation, client=program, body=completion, idempotency_key=key)
    return answered(response, Completion)


def correct(program: AuthenticatedClient, organisation: uuid.UUID, completion: Completion) -> Completion:
    """A new version with a reason; `if_match` names the version that was read."""
    correction = NewVersion(on=date(2026, 3, 2), reason="wrong day")
    response = completions_correct.sync_detailed(
        organisation, completion.id, client=program, body=correction, if_match=f'"{completion.version}"'
    )
    return answered(response, Completion)


def send(program: AuthenticatedClient, organisation: uuid.UUID) -> Proposed:
    """A file in a layout of its own; the answer says what its columns seem to mean."""
    file = File(payload=io.BytesIO(RESULTS.encode()))
    response = imports_send.sync_detailed(
        organisation, ImportsSendSubject.COMPLETIONS, client=program, body=file, source="Python example"
    )
    return answered(response, Proposed)


def carry_out(program: AuthenticatedClient, organisation: uuid.UUID, sent: uuid.UUID) -> Proposed:
    """Confirms the proposal as it is, and waits until every row has been looked at."""
    started = imports_start.sync_detailed(
        organisation, ImportsStartSubject.COMPLETIONS, sent, client=program, body=Start()
    )
    answered(started, Import)
    while True:
        response = imports_show.sync_detailed(organisation, ImportsShowSubject.COMPLETIONS, sent, client=program)
        shown = answered(response, Proposed)
        if shown.state not in AT_WORK:
            return shown
        time.sleep(0.2)


def refused(program: AuthenticatedClient, organisation: uuid.UUID, sent: uuid.UUID) -> Iterator[dict[str, str]]:
    """The rows that must be corrected, with what is wrong and what to do."""
    response = imports_results.sync_detailed(
        organisation, ImportsResultsSubject.COMPLETIONS, sent, client=program, outcome=ImportsResultsOutcome.REFUSED
    )
    return csv.DictReader(io.StringIO(answered(response, str).lstrip("\ufeff")), delimiter=";")


def main() -> None:
    own_completions()

    organisation, program = make_client()
    print(f"the provider holds {count_completions(program, organisation)} completions")

    key = str(uuid.uuid4())
    first, again = record(program, organisation, key), record(program, organisation, key)
    print(f"recorded {first.id}; sent again: {'the same one' if again.id == first.id else 'another one!'}")

    corrected = correct(program, organisation, first)
    print(f"corrected: version {corrected.version} says {corrected.on}")

    try:
        correct(program, organisation, first)
    except AttestProblem as problem:
        if problem.kind != "stale":
            raise
        print(f"corrected from an old version: {problem}")

    sent = send(program, organisation)
    print(f"sent {sent.size} bytes; the columns seem to mean {sent.proposal.mapping['fields']}")
    rows = carry_out(program, organisation, sent.id).rows
    print(f"imported: {rows.recorded} recorded, {rows.refused} refused")
    for row in refused(program, organisation, sent.id):
        print(f"  line {row['line']}, {row['column']}: {row['detail']}")


if __name__ == "__main__":
    try:
        main()
    except AttestProblem as problem:
        sys.exit(str(problem))
