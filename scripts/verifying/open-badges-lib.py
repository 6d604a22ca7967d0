"""Verifies with openbadgeslib, which takes a credential only if it is exactly what its proof signs.

Its own check of a status list's proof knows lists that are a JWT. This one is signed like the credential, so its proof is
checked by the same library's function for such proofs, with the key its issuer publishes.
"""

import json
import re
import sys
import urllib.parse
import urllib.request

from openbadgeslib.ob3 import OB3VerificationError
from openbadgeslib.ob3.did import resolve_verification_method
from openbadgeslib.ob3.ldp import OB3LdpVerifier, verify_data_integrity_proof

GIVEN = json.load(sys.stdin)
ORIGIN = urllib.parse.urlsplit(GIVEN["origin"])
notes, asked = set(), set()


def download(url):
    """From the server under test, which has no https on loopback, and from nowhere else."""
    parts = urllib.parse.urlsplit(url)
    if parts.netloc != ORIGIN.netloc:
        notes.add(f"asked for {url}, which it did not get")
        raise OSError(f"not reachable here: {url}")
    with urllib.request.urlopen(parts._replace(scheme=ORIGIN.scheme).geturl(), timeout=20) as answer:
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "{id}", parts.path)
        asked.add(f"{kind}: {answer.status}, {answer.headers['content-type']}")
        return answer.read()


def verify(credential):
    issuer = credential["issuer"]["id"]
    verifier = OB3LdpVerifier.for_issuer_did(issuer)
    try:
        verifier.verify(json.dumps(credential), download=download, check_status=True, verify_status_list=False)
    except OB3VerificationError as error:
        found = {"signature mismatch": "changed", "has expired": "expired", "is set at index": "revoked"}
        return next((verdict for says, verdict in found.items() if says in str(error)), "failed"), str(error)
    lists = credential["credentialStatus"]
    for entry in lists if isinstance(lists, list) else [lists]:
        check_list(json.loads(download(entry["statusListCredential"])), entry, issuer)
    return "accepted", None


def check_list(signed, entry, issuer):
    [proof] = signed["proof"] if isinstance(signed["proof"], list) else [signed["proof"]]
    method = proof["verificationMethod"]
    if not signed["id"] == entry["statusListCredential"] or not signed["issuer"] == method.partition("#")[0] == issuer:
        raise OB3VerificationError(f"the status list {signed['id']} is another's")
    verify_data_integrity_proof(signed, resolve_verification_method(method, download=download))


verdicts = []
for case in GIVEN["cases"]:
    try:
        verdict, why = verify(case["credential"])
    except Exception as error:
        verdict, why = "failed", f"{type(error).__name__}: {error}"
    verdicts.append({"name": case["name"], "is": verdict, "why": why})
json.dump({"verdicts": verdicts, "notes": sorted(notes), "asked": sorted(asked)}, sys.stdout)
