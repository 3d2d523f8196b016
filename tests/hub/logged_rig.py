"""A hub whose journal stands in a real log, so that what it gives out can be verified elsewhere.

Calls `hub`, `tests.hub` and `wire`.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.db.models import F

from hub.blobs import store as blobs
from hub.devices.models import ListVersion
from hub.ingest.models import Record
from hub.log.keys import LogKey
from hub.log.sequencer import Sequencer
from hub.records import index
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written
from tests.support.contents import DEVICE, HOUR
from tests.support.township import Township
from wire.lists.content import Grant
from wire.lists.leaf import list_leaf

NAME = "town.example/log"
BEFORE, AFTER = b"\xff\xd8\xff\xe0 before", b"\xff\xd8\xff\xe0 after"


@dataclass
class Logged:
    """One township with a grant on its machine's list, which the journal adopted."""

    folder: Path
    journal: Journal
    township: Township
    grant: Grant
    sha256: bytes

    @classmethod
    def build(cls, folder: Path, **application: Any) -> Self:
        hub.write_config(folder)
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        (folder / "log.pem").write_bytes(pem)
        journal = Journal()
        vkey = LogKey.load(NAME, folder / "log.pem").vkey
        township = hub.township(journal, log_origin=NAME, log_key=vkey)
        journal.now_ms = township.now_ms + 60_000
        grant = township.grant(township.application(**application))
        hub.publish(township, [grant])
        listed = bytes(ListVersion.objects.get().sha256)
        made = cls(folder, journal, township, grant, listed)
        expires = township.now_ms + 72 * HOUR
        journal.write("list_adopted", version=1, sha256=listed, expires=expires)
        return made

    def stamp(self) -> Written:
        """One stamp of the grant, with its photos; returns the `stamped`."""
        before, after = (blobs.put(one, "photo", DEVICE) for one in (BEFORE, AFTER))
        seq = self.journal.authorise(
            self.grant.id, list_sha256=self.sha256, before=before, unlatches=1, presses=1
        ).entry.seq
        counters = {"unlatches": 2, "presses": 2}
        stamped = self.journal.write(
            "stamped", authorised=seq, grant=self.grant.id, after=after,
            findings=["new_impression", "impression:1"], **counters,
        )  # fmt: skip
        self.journal.write("relocked", authorised=seq, **counters)
        return stamped

    def keep(self, *, list_first: bool = False) -> None:
        """All of the journal in the hub and its log, the list after it, and indexed; the list
        before it, as machines want it, where `list_first`.
        """
        hub.store(self.journal.written, logged=not list_first)
        leaves = [one.envelope for one in self.journal.written]
        listed = [list_leaf(DEVICE, 1, self.sha256)]
        config: Any = SimpleNamespace(
            state=self.folder, log_name=NAME, log_key=self.folder / "log.pem"
        )
        with Sequencer.open(config) as sequencer:
            sequencer.append(listed + leaves if list_first else leaves + listed)
        if list_first:
            Record.objects.update(leaf_index=F("seq"))
        ListVersion.objects.update(leaf_index=0 if list_first else len(leaves))
        while index.step():
            pass

    def policy(self) -> Path:
        """The inspector's policy file, as the county gives it."""
        path = self.folder / "policy.json"
        fields = {
            "root_sha256": sha256(self.township.roots[0]).hexdigest(),
            "log": LogKey.load(NAME, self.folder / "log.pem").vkey,
            "witnesses": [],
            "quorum": 0,
            "max_age_s": 0,
        }
        path.write_text(json.dumps(fields), "utf-8")
        return path
