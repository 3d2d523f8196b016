"""A hub's state for page tests: an imported authority, stored records, a log of their leaves.

Calls the hub's models. Rows are written as ingest leaves them; `tests/hub` of ingest test that.
"""

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from django.test import Client
from pytest_django.fixtures import Settings

from hub.append_only import lifted
from hub.clock import now_ms
from hub.config import FILE, Origins
from hub.devices import authority, heard
from hub.devices.models import ListVersion
from hub.ingest.models import Openings, Record
from hub.init import toml
from hub.people import sittings
from hub.people.session import KEY, SITTING
from hub.relief import keys
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import DEVICE, OFFICES, VILLAGE
from tests.support.township import Township
from wire.approval import emergency
from wire.approval.emergency import Emergency
from wire.lists.content import Grant

STAFF = {"ren": ("township.inspector",), "gui": ("township.leader",)}


def township(journal: Journal, **policy: object) -> Township:
    """A township around the journal's key, whose package the hub has imported; `policy` replaces
    fields of its policy.
    """
    offices = {**OFFICES, **STAFF}
    made = Township.build(journal.key, offices=offices, policy=policy, now_ms=now_ms())
    authority.import_package(made.package, root_sha256=sha256(made.roots[0]).digest())
    return made


def publish(made: Township, grants: Iterable[Grant], version: int = 1) -> None:
    """The machine's list of that version, as the hub keeps it."""
    data = made.bundle(tuple(grants), version=version)
    ListVersion.objects.create(
        device=DEVICE,
        version=version,
        sha256=sha256(data).digest(),
        bundle=data,
        published_ms=made.now_ms,
        expires_ms=made.now_ms,
        leaf_index=None,
    )


def store(written: Iterable[Written], *, logged: bool = True, village: str = VILLAGE) -> None:
    """The entries as ingest leaves them; leaf numbers follow their seq."""
    for one in written:
        Record.objects.create(
            device=one.entry.device,
            village=village,
            seq=one.entry.seq,
            entry_hash=one.hash,
            envelope=one.envelope,
            kind=one.entry.kind,
            wall_ms=one.entry.time.wall,
            leaf_index=one.entry.seq - 1 if logged else None,
            received_ms=one.entry.time.wall + 500,
        )
        heard.keep([one.entry], one.entry.time.wall + 500)
        if one.openings is not None:
            Openings.objects.create(entry_hash=one.hash, data=one.openings)


def lose_openings() -> None:
    """As if none had arrived: in service the database lets none go that the log does not name."""
    with lifted(("ingest_openings",)):
        Openings.objects.all().delete()


def correct(
    journal: Journal,
    stamped: int,
    *,
    state: str = "cancelled",
    replacement: bytes | None = None,
    subject: bytes = bytes(32),
) -> Written:
    """The stamp of that seq is void."""
    return journal.write(
        "correction",
        stamped=stamped,
        entry=journal.written[stamped - 1].hash,
        subject=subject,
        list=1,
        list_sha256=bytes(32),
        state=state,
        replacement=replacement,
        operator="wu",
        picture=sha256(b"cancelled").digest() if state == "cancelled" else None,
    )


def declare(journal: Journal, grant: bytes, *, details: bytes | None = None) -> Written:
    """Two people declare an emergency of that subject hash."""
    made = Emergency(
        bytes(32), VILLAGE, DEVICE, journal.key.kid, "seal-committee", "disaster", 1,
        "wu", "bing", "受灾救助申请", "台风断网", 1, 0,
    )  # fmt: skip
    return journal.write(
        "emergency",
        grant=grant,
        list=1,
        list_sha256=bytes(32),
        item="disaster",
        seal="seal-committee",
        impressions=1,
        no_contact=True,
        no_camera=False,
        verifiers=[bytes(32), b"v" * 32],
        operator="wu",
        operator_code="AAAABBBBCCCCDDDD",
        second="bing",
        second_code="GGGGHHHHIIIIJJJJ",
        details=emergency.encode(made) if details is None else details,
    )


def use_outside(journal: Journal) -> Written:
    """A line of the paper register."""
    return journal.write(
        "outside_use",
        seal="seal-committee",
        register="登-001",
        used=journal.now_ms,
        impressions=2,
        matter="某人的低保申请",
        operator="wu",
        witness="bing",
        picture=sha256(b"register").digest(),
    )


def write_config(folder: Path) -> None:
    """A hub.toml with this test's origins; the key that relief is looked up by."""
    origins = Origins(*(f"http://{name}.localhost" for name in ("hub", "public", "county")))
    (folder / FILE).write_text(toml(origins), "utf-8")
    keys.ensure(folder)


def staff_site(settings: Settings, folder: Path) -> None:
    """Clients ask the staff site, whose state is in that folder."""
    settings.ROOT_URLCONF = "hub.urls_staff"
    settings.STATE = folder
    write_config(folder)


def sign_in(client: Client, person: str) -> None:
    """The person logged in at the staff site."""
    session = client.session
    session[KEY] = person
    session[SITTING] = sittings.begin(person, b"", "", now_ms()).pk
    session.save()
