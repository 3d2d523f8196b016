"""What only lockd knows of the machine's health. Calls `sealctl.lockd.core`; changes nothing."""

from dataclasses import asdict

from sealctl.lockd.core import IN_FLIGHT, Core


def health(core: Core) -> dict[str, object]:
    """The body as read last, whether nothing is under way, the record key's public half, and the
    seq of this start's `boot` entry with whether the township has receipted it.
    """
    body = core.body
    shown = None if body is None else {**asdict(body), "slots": dict(body.slots)}
    return {
        "body": shown,
        "at_rest": core.session.mode not in IN_FLIGHT,
        "alg": core.journal.key.alg,
        "public_key": core.journal.key.public,
        "boot": core.boot,
        "boot_receipted": core.boot <= core.receipted,
    }
