"""Commands: asked for on a page or by the operator, signed and sent by `sealhub work`.

Calls `hub.devices.authority`, `hub.fleet` and `wire`. The page never has a key: it leaves a row.
"""

from collections.abc import Callable
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from hub.devices import authority
from hub.fleet.models import SentCommand
from wire import command, topics
from wire.command import Command
from wire.lists.tufapi import CryptoSigner
from wire.record import envelope
from wire.refusals import Refused
from wire.sig import PublicKey

SKEW_MS: Final = 300_000
"""So far a machine's clock may be behind the hub's and the command counts all the same."""
HOUR_MS: Final = 3_600_000
TRIES: Final = 3
OPERATOR: Final = "operator"
"""Who asked, where it was the hub's operator at the command line."""


def ask(device: str, name: str, person: str, hours: int, now_ms: int) -> SentCommand:
    """Have it sent; raises Refused('bad_request' or 'not_now')."""
    if name not in command.NAMES or device not in authority.machines():
        raise Refused("bad_request", "no such command or machine")
    if waiting(now_ms).filter(device=device, name=name).exists():
        raise Refused("not_now", f"{name}: the last one waits for its answer")
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return SentCommand.objects.create(
                    device=device,
                    number=_number(device, now_ms),
                    name=name,
                    person=person,
                    asked_ms=now_ms,
                    not_before=now_ms - SKEW_MS,
                    not_after=now_ms + hours * HOUR_MS,
                )
        except IntegrityError:
            continue
    raise Refused("not_now", "others ask for commands at this moment")


def waiting(now_ms: int) -> QuerySet[SentCommand]:
    """Commands that still have their time and no answer."""
    return SentCommand.objects.filter(not_after__gt=now_ms, answer=None)


def due(now_ms: int) -> list[SentCommand]:
    """Those that wait to be sent to a machine of the list, in order."""
    unsent = waiting(now_ms).filter(envelope=None).order_by("id")
    machines = authority.machines()
    return [one for one in unsent if one.device in machines]


def send(one: SentCommand, signer: CryptoSigner, publish: Callable[[str, bytes], None]) -> None:
    """Sign and publish; a machine that gets it twice uses it once. Its answer may come at once:
    the row says what was sent before it goes, and says nothing again where it could not go.
    """
    made = Command(one.device, one.number, one.name, one.not_before, one.not_after)
    data = _signed(command.encode(made), signer)
    with transaction.atomic():
        SentCommand.objects.filter(pk=one.pk, envelope=None).update(envelope=data)
        publish(topics.down(one.device, "command"), data)


def _number(device: str, now_ms: int) -> int:
    """Above all before it, also above those that a hub restored from a backup forgot."""
    last = SentCommand.objects.filter(device=device).aggregate(Max("number"))["number__max"] or 0
    return max(int(last) + 1, now_ms)


def _signed(payload: bytes, signer: CryptoSigner) -> bytes:
    key = PublicKey("EdDSA", bytes.fromhex(signer.public_key.keyval["public"]))
    signature = signer.sign(envelope.to_be_signed(key.alg, key.kid, payload))
    return envelope.assemble(key.alg, key.kid, payload, bytes.fromhex(signature.signature))
