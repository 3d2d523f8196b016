"""A township with a machine in each state, and with as many more as are asked for.

Calls the hub's models and `tests.support`. Rows are written as ingest, work and enrol leave them.
"""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from hub.devices import authority
from hub.devices.models import Certificate, Contact, Heard, ListVersion
from hub.fleet import answers, commands
from hub.fleet.models import SentCommand
from tests.hub.journal_rig import Journal
from tests.support.contents import DAY, HOUR
from tests.support.township import Township
from wire import command
from wire.command import Answer
from wire.lists.content import Machine, Machines, Roster
from wire.record import envelope
from wire.sig import PublicKey

PER_VILLAGE = 60


def with_others(made: Township, count: int, *states: tuple[str, str]) -> Township:
    """Besides the one machine `count` in further villages, those of `states` (device, state) in the
    second one; imported.
    """
    first = made.authority.villages[0]
    villages = [first]
    for start in range(0, count, PER_VILLAGE):
        name = f"v{start // PER_VILLAGE}"
        own = [_machine(name, number) for number in range(start, min(start + PER_VILLAGE, count))]
        machines = {one.device: one for one in own}
        for device, state in states if start == 0 else ():
            machines[device] = replace(machines[device], state=state)
        roster = Roster(1, name, {})
        villages.append(type(first)(roster, Machines(1, machines)))
    after = made.sign(replace(made.authority, villages=tuple(villages)))
    authority.import_package(after.package, root_sha256=sha256(after.roots[0]).digest())
    return after


def alive(device: str, now_ms: int, **changes: Any) -> None:
    """Connected and well, but for `changes`: online, entry_ms, list_ms, waiting, certificate_ms,
    version.
    """
    said: Mapping[str, Any] = {
        "online": True,
        "entry_ms": now_ms - HOUR,
        "list_ms": now_ms - HOUR,
        "waiting": 0,
        "certificate_ms": now_ms + 200 * DAY,
        "version": "0.1.0",
        **changes,
    }
    Heard.objects.create(device=device, seq=50, came_ms=said["entry_ms"], version=said["version"])
    ListVersion.objects.create(
        device=device,
        version=3,
        sha256=bytes(32),
        bundle=b"",
        published_ms=said["list_ms"],
        expires_ms=said["list_ms"] + 3 * DAY,
    )
    Contact.objects.create(
        device=device,
        online=said["online"],
        list=3,
        last=50,
        receipted=50 - said["waiting"],
        heard_ms=now_ms,
    )
    Certificate.objects.create(
        device=device,
        serial=sha256(device.encode()).hexdigest()[:40],
        request=bytes(32),
        pem=b"",
        alg="",
        record_key=b"",
        issued_ms=now_ms,
        expires_ms=said["certificate_ms"],
        revoked_ms=said.get("revoked_ms"),
    )


def sent(made: Township, device: str, name: str, now_ms: int) -> SentCommand:
    """A command that work has sent."""
    asked = commands.ask(device, name, "gui", 24, now_ms)
    commands.send(asked, made.keys.hub, lambda _topic, _data: None)
    asked.refresh_from_db()
    return asked


def answered(journal: Journal, asked: SentCommand, now_ms: int, **changes: Any) -> bytes:
    """What the machine would answer, under its record key."""
    fields: Mapping[str, Any] = {
        "device": asked.device,
        "number": asked.number,
        "command": command.name_of(bytes(asked.envelope or b"")),
        "outcome": "done",
        "at_ms": now_ms,
        "quality": "synced",
        "version": "0.1.0",
        "list": 3,
        "list_expires_ms": now_ms + DAY,
        "findings": {},
        "facts": {},
        **changes,
    }
    payload = command.encode_answer(Answer(**fields))
    key = journal.key
    signature = journal.signer.sign(envelope.to_be_signed(key.alg, key.kid, payload))
    return envelope.assemble(key.alg, key.kid, payload, signature)


def take(journal: Journal, asked: SentCommand, now_ms: int, **changes: Any) -> None:
    """Its answer, as ingest takes it."""
    data = answered(journal, asked, now_ms, **changes)
    answers.take(asked.device, data, (journal.key,), now_ms)


def _machine(village: str, number: int) -> Machine:
    public = sha256(f"machine {number}".encode()).digest()
    key = PublicKey("EdDSA", public)
    name = f"{village}-{number}"
    return Machine(name, village, f"示例{village}村", key.alg, key.public, "active", ())
