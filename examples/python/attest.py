"""What every program that uses Attest needs: signing in, reading problems, walking through pages."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from attest_client import AuthenticatedClient, Client
from attest_client.api.identity import identity_sign_ins_begin
from attest_client.api.integrators import identity_clients_token
from attest_client.models import ClientToken, Credentials, Problem, SignedIn, TokenWish, TokenWishGrantType
from attest_client.types import UNSET, Response

Expected = TypeVar("Expected")


class AttestProblem(Exception):
    """An answer that is not what was asked for. Programs look at `kind`, people read the text."""

    def __init__(self, problem: Problem) -> None:
        lines = [f"{problem.status} {problem.title}. {problem.detail}"]
        lines += [f"  {error.pointer}: {error.detail}" for error in problem.errors]
        super().__init__("\n".join([*lines, f"  (request {problem.instance})"]))
        self.kind = problem.type_.removeprefix("/problems/")


def answered(response: Response[Any], expected: type[Expected]) -> Expected:
    """The body of a good answer; any other is raised."""
    if isinstance(response.parsed, Problem):
        raise AttestProblem(response.parsed)
    if not isinstance(response.parsed, expected):
        raise RuntimeError(f"an answer that was not expected: {response.status_code}")
    return response.parsed


def _signed_in(base_url: str, token: str) -> AuthenticatedClient:
    return AuthenticatedClient(base_url=base_url, token=token, headers={"Accept-Language": "en"})


def as_person(base_url: str, email: str, password: str) -> AuthenticatedClient:
    """Attest as a person sees it."""
    credentials = Credentials(email=email, password=password)
    session = identity_sign_ins_begin.sync_detailed(client=Client(base_url=base_url), body=credentials)
    return _signed_in(base_url, answered(session, SignedIn).access_token)


def as_client(base_url: str, client_id: str, client_secret: str) -> AuthenticatedClient:
    """Attest as a program of an organisation sees it (RFC 6749, client credentials)."""
    wish = TokenWish(
        grant_type=TokenWishGrantType.CLIENT_CREDENTIALS, client_id=client_id, client_secret=client_secret
    )
    token = identity_clients_token.sync_detailed(client=Client(base_url=base_url), body=wish)
    return _signed_in(base_url, answered(token, ClientToken).access_token)


def every(page: Callable[[Any], Any]) -> Iterator[Any]:
    """Every item of a list, page by page. `page` asks for the one that begins at a cursor."""
    cursor: Any = UNSET
    while True:
        listed = page(cursor)
        yield from listed.items
        if listed.next_ is None:
            return
        cursor = listed.next_
