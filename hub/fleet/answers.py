"""Machines' answers to commands, as ingest takes them. Calls `hub.fleet.models` and `wire`."""

from collections.abc import Sequence

from hub.fleet.models import CommandAnswer, SentCommand
from wire import command
from wire.errors import WireError
from wire.record import envelope
from wire.sig import PublicKey

ANSWER = "answer"


def take(device: str, data: bytes, keys: Sequence[PublicKey], now_ms: int) -> None:
    """Keep the first answer to a command that was sent; raises WireError for anything else. Inside
    the caller's transaction, which waits for that of a sending that is not over.

    `keys`: every record key that the officers named for the device.
    """
    kid = envelope.parse(data).kid
    key = next((one for one in keys if one.kid == kid), None)
    if key is None:
        raise WireError(ANSWER, "signed by a key that the officers did not name")
    made = command.open_answer(data, key)
    rows = SentCommand.objects.select_for_update()
    asked = rows.filter(device=made.device, number=made.number).first()
    sent = None if asked is None or asked.envelope is None else bytes(asked.envelope)
    if made.device != device or sent is None or command.name_of(sent) != made.command:
        raise WireError(ANSWER, "to no command that was sent to this machine")
    CommandAnswer.objects.get_or_create(
        command=asked,
        defaults={
            "device": device,
            "envelope": data,
            "findings": bool(made.findings),
            "received_ms": now_ms,
        },
    )
