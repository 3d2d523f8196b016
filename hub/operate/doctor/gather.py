"""One look at the hub: its folder, database, broker and certificates. Reads only.

Calls `hub.{config,cosign.shown,devices,hotline.county,ingest,log,operate,people,relief}`,
Django and `cryptography`.
"""

import shutil
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F, Max, OuterRef, Subquery, Sum

from hub.config import Broker, Config, ConfigError
from hub.cosign.shown import witnessed
from hub.devices import authority
from hub.devices.ca import INGEST, WORK
from hub.devices.models import Contact, ListVersion
from hub.hotline import county
from hub.ingest import spool
from hub.ingest.models import Record
from hub.intake.sandbox import missing
from hub.log import store, unconfirmed
from hub.log.models import Witness
from hub.notices.shown import shown
from hub.operate import ahead, backup
from hub.operate.doctor.look_hotline import hotline
from hub.operate.doctor.model import Copy, Health, Stored
from hub.operate.doctor.town import spoilt
from hub.operate.pulse import beats
from hub.people import standing
from hub.relief.marks import trouble
from hub.revoked import CRL

BROKER_S: Final = 3.0
_BEGIN: Final = b"-----BEGIN X509 CRL-----"


def look(config: Config, now_ms: int) -> Health:
    """Everything the checks need; what cannot be learnt is None."""
    disk, tls = shutil.disk_usage(config.state), config.broker.ca.parent
    stored, why = _asked(config, now_ms)
    names = {"ca": "ca.pem", "server": "server.pem", INGEST: f"{INGEST}.pem", WORK: f"{WORK}.pem"}
    folder = spool.folder(config.state)
    return Health(
        now_ms=now_ms,
        free_bytes=disk.free,
        total_bytes=disk.total,
        stored=stored,
        why=why,
        broker=_broker(config.broker),
        certificates={name: _end(tls / file) for name, file in names.items()},
        crl_ms=_crl(tls / CRL),
        spool=sum(1 for _ in folder.iterdir()) if folder.is_dir() else 0,
        backup=_backup(config.state),
        backup_hours=config.backup_hours,
        second_apart=_apart(config.state),
        unconfirmed=unconfirmed.marked(config.state) is not None,
        beats=beats(config.state),
        papers=missing(),
        hotline=hotline(config, now_ms),
        county_key=_county_key(config),
        spoilt=spoilt(config),
        relief_key="" if stored is None else trouble(config.state),
    )


def _county_key(config: Config) -> str:
    try:
        county.key(config)
    except ConfigError as error:
        return str(error)
    return ""


def _asked(config: Config, now_ms: int) -> tuple[Stored | None, str]:
    try:
        return _stored(config, now_ms), ""
    except DatabaseError as error:
        return None, str(error).strip()


def _stored(config: Config, now_ms: int) -> Stored:
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    behind = Contact.objects.filter(last__gt=F("receipted"))
    head = store.head()
    return Stored(
        waiting=waiting,
        lists=_lists(),
        machines=len(authority.machines()),
        online=Contact.objects.filter(online=True).count(),
        backlog=behind.aggregate(all=Sum(F("last") - F("receipted")))["all"] or 0,
        leaves=store.size(),
        signed=0 if head is None else head.size,
        witnessed=witnessed(now_ms),
        seen_after_s=_seen_after_s(),
        ahead=any(ahead.unmet(config.log_name)),
        newest_ms=Record.objects.aggregate(newest=Max("received_ms"))["newest"] or 0,
        single=_single(now_ms),
        notices={one.name: one.trouble for one in shown(config, now_ms).targets},
    )


def _single(now_ms: int) -> Mapping[str, list[str]]:
    """Who has only one key of a kind, by village; those who have none are not asked for any."""
    found: dict[str, list[str]] = {}
    for row in standing.rows(now_ms):
        if row.thin and row.suspended is None:
            found.setdefault(row.village, []).append(row.person.id)
    return found


def _lists() -> Mapping[str, int]:
    """When the newest list of each machine on the officers' list ends."""
    newest = ListVersion.objects.filter(device=OuterRef("device")).order_by("-version")
    rows = ListVersion.objects.values("device").distinct()
    ends = dict(
        rows.annotate(end=Subquery(newest.values("expires_ms")[:1])).values_list("device", "end")
    )
    return {device: ends.get(device, 0) for device in authority.machines()}


def _seen_after_s() -> int | None:
    """How far the witness's clock was from ours when it cosigned last."""
    row = Witness.objects.filter(problem="", seen_s__gt=0).order_by("-asked_ms").first()
    return None if row is None else row.seen_s - row.asked_ms // 1000


def _broker(broker: Broker) -> str:
    try:
        context = ssl.create_default_context(cafile=str(broker.ca))
        context.load_cert_chain(broker.work_cert, broker.work_key)
        with (
            socket.create_connection((broker.host, broker.port), timeout=BROKER_S) as bare,
            context.wrap_socket(bare, server_hostname=broker.host),
        ):
            return ""
    except (OSError, ValueError) as error:
        return str(error) or type(error).__name__


def _end(path: Path) -> int | None:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None
    return _ms(found.not_valid_after_utc)


def _crl(path: Path) -> int | None:
    try:
        lists = [_BEGIN + one for one in path.read_bytes().split(_BEGIN)[1:]]
        ends = [x509.load_pem_x509_crl(one).next_update_utc for one in lists]
    except (OSError, ValueError):
        return None
    return min((_ms(end) for end in ends if end is not None), default=None)


def _ms(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _backup(state: Path) -> Copy | None:
    made = backup.last(state)
    if made is None:
        return None
    at_ms, folder = made
    there = (folder / "backup.json").exists()
    return Copy(at_ms, there, there and folder.stat().st_dev == state.stat().st_dev)


def _apart(state: Path) -> bool | None:
    second = state / "second" / "leaves"
    return second.stat().st_dev != state.stat().st_dev if second.exists() else None
