"""A township, its log as the county's copy has it, and what the county makes of it, for tests.

Calls `county.history` and `tests.support`. The township is as bad as a test wants it: `leaves` are
what its log holds, `lists` what it gave to whoever pulled.
"""

import json
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from county import pages_config
from county.cli import main
from county.history.trust import Trust
from demo.authenticator import Authenticator
from tests.county import verify_rig
from tests.county.verify_rig import WITNESS_KEY, cosigned, witness_vkey
from tests.hub.journal_rig import Journal
from tests.support.contents import DEVICE, NOW, RP_ID
from tests.support.sealed_log import signed_head, write_log
from tests.support.township import Township
from wire.approval.subject import Application
from wire.lists.content import Grant, Passkey, Roster, SignedCorrection
from wire.lists.leaf import list_leaf
from wire.tlog import note, tree

ADDRESS = "示例县政务公开办公室一楼"
PHONE = "0577-5550199"
MAX_AGE_S = 3 * 86_400


@dataclass
class HistoryRig:
    """`publish` is the hub's new list, `settle` brings the county's copy up to date and indexes it
    by `sealcounty history take`.
    """

    folder: Path
    origin: str
    township: Township
    journal: Journal
    seen_s: int
    leaves: list[bytes] = field(default_factory=list)
    lists: dict[bytes, bytes] = field(default_factory=dict)
    version: int = 0
    moved: int = 0

    @classmethod
    def build(cls, folder: Path, origin: str, *, seen_s: int = NOW // 1000) -> "HistoryRig":
        """A township whose passkeys sign on that origin, its log begun with an empty list."""
        journal = Journal()
        township = Township.build(journal.key, policy={"origins": (origin,)})
        made = cls(folder, origin, township, journal, seen_s)
        (folder / "package.cbor").write_bytes(township.package)
        (folder / "root.json").write_bytes(township.roots[0])
        public = {**verify_rig.township("https://public.town.example", [witness_vkey()])}
        history = {
            "folder": "town",
            "root": "root.json",
            "max_age_s": MAX_AGE_S,
            "phone": PHONE,
            "address": ADDRESS,
        }
        fields = {"rp_id": RP_ID, "hubs": ["http://hub.localhost"], "offices": {}}
        made.write_config({**fields, "townships": [{**public, "history": history}]})
        made.publish()
        return made

    @property
    def address(self) -> str:
        """The origin, for clients that know no *.localhost."""
        return self.origin.replace("county.localhost", "127.0.0.1")

    @property
    def config(self) -> Path:
        return self.folder / "pages.json"

    @property
    def trust(self) -> Trust:
        return pages_config.load(self.config).histories[0]

    def write_config(self, fields: dict[str, Any]) -> None:
        self.config.write_text(json.dumps(fields, ensure_ascii=False))

    def publish(self, *grants: Grant, corrections: tuple[SignedCorrection, ...] = (),
                adopt: bool = True, **more: Any) -> bytes:  # fmt: skip
        """The hub's next list, logged; and taken by the machine."""
        self.version += 1
        made = self.township.bundle(grants, version=self.version, corrections=corrections, **more)
        digest = sha256(made).digest()
        self.lists[digest] = made
        self.leaves.append(list_leaf(DEVICE, self.version, digest))
        if adopt:
            self.write("list_adopted", version=self.version, sha256=digest, expires=NOW)
        return digest

    def write(self, kind: str, **body: Any) -> None:
        self.journal.write(kind, **body)
        self.move()

    def move(self) -> None:
        """What the machine wrote is logged."""
        self.leaves += [one.envelope for one in self.journal.written[self.moved :]]
        self.moved = len(self.journal.written)

    def application(self, **changes: Any) -> Application:
        """Another application each time."""
        name = sha256(f"application {len(self.leaves)} {changes}".encode()).digest()
        return self.township.application(**{"id": name, **changes})

    def grant(self, **changes: Any) -> Grant:
        """Approved on the county's page by yi and jia."""
        made = self.application(**changes)
        given = [
            self.township.approve(made, step, person, origin=self.origin)
            for step, person in (("director", "yi"), ("secretary", "jia"))
        ]
        return self.township.grant(made, given)

    def pull(self, leaves: list[bytes] | None = None, *, witnesses: int = 1) -> None:
        """What `sealinspect pull --log-only` would have brought of these leaves."""
        copy = self.trust.copy
        kept = self.leaves if leaves is None else leaves
        write_log(copy, kept)
        root = tree.root_of([tree.leaf_hash(leaf) for leaf in kept])
        signed = note.parse(signed_head(len(kept), root))
        lines = [cosigned(signed.text, WITNESS_KEY, self.seen_s)] * witnesses
        (copy / "checkpoint").write_bytes(note.assemble(signed.text, [*signed.signatures, *lines]))
        (copy / "lists").mkdir(exist_ok=True)
        for digest, data in self.lists.items():
            (copy / f"lists/{digest.hex()}.cbor").write_bytes(data)

    def take(self) -> int:
        """The county's command; its exit status."""
        return main(["history", "take", "--config", str(self.config)])

    def settle(self) -> None:
        self.pull()
        assert self.take() == 0

    def person(self, name: str) -> Authenticator:
        return self.township.authenticators[name]

    def new_key(self, person: str, device: Authenticator, *, keep: bool = False) -> None:
        """The officers put another passkey on the roster, in the place of the former or beside."""
        made = device.create(RP_ID)
        roster: Roster = self.township.roster
        known = roster.persons[person].passkeys if keep else ()
        changed = replace(
            roster.persons[person], passkeys=(*known, Passkey(made.id, made.public_key))
        )
        roster = replace(roster, persons={**roster.persons, person: changed})
        self.township = self.township.change(roster=roster)
