"""Keeping a check, and having it signed. Calls `hub.checks`, `hub.people.login` and `wire`.

The signature is that of a passkey of the hub's own rpId, the same that logs its owner in: it says
that he touched it for these bytes as far as the hub showed him them truly.
"""

from hashlib import sha256

from django.db import IntegrityError, transaction

from hub.checks import document, gather
from hub.checks.models import Check, CheckSignature
from hub.checks.rules import Found
from hub.people import login
from wire.approval.assertion import Assertion
from wire.lists.content import Machine
from wire.refusals import Refused


def keep(machine: Machine, found: Found, checker: str, witness: str, now_ms: int) -> Check:
    """What was found, beside what the log says now. Raises Refused('same_person')."""
    if checker == witness:
        raise Refused("same_person", "a witness is another person")
    data = document.encode(
        device=machine.device,
        village=machine.village,
        checker=checker,
        witness=witness,
        made_ms=now_ms,
        found=found,
        log=gather.logged(machine, now_ms),
    )
    return Check.objects.create(
        device=machine.device,
        village=machine.village,
        checker=checker,
        witness=witness,
        document=data,
        sha256=sha256(data).digest(),
        made_ms=now_ms,
    )


def challenge(check: Check, person: str) -> bytes:
    """What his passkey is to sign. Raises Refused('not_permitted') for anybody else."""
    if person not in (check.checker, check.witness):
        raise Refused("not_permitted", "neither checker nor witness")
    return document.challenge(bytes(check.sha256), person)


def sign(check: Check, person: str, given: Assertion, now_ms: int) -> None:
    """Keep his signature, once. Raises Refused: not_permitted, credential_wrong."""
    login.verify(person, given, challenge(check, person))
    try:
        with transaction.atomic():
            CheckSignature.objects.create(
                check_of=check,
                person=person,
                credential=given.credential,
                authenticator_data=given.authenticator_data,
                client_data=given.client_data,
                signature=given.signature,
                made_ms=now_ms,
            )
    except IntegrityError as error:
        raise Refused("same_person", "has signed it before") from error
