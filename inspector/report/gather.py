"""One pass over a verified bundle: its records, named, into the spool.

Calls `wire` and `inspector`. All of it was verified before; here it is read and put in order.
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from inspector.bundle import Bundle, list_path
from inspector.findings import UnusableError
from inspector.leaf import ENVELOPE, listed
from inspector.listfile import read_list
from inspector.nodes import present
from inspector.records import Matter, Record, records
from inspector.report import signatures, told
from inspector.report.silences import Silences
from inspector.report.span import Span
from inspector.report.spool import Spool
from inspector.verify import Report
from wire.approval import emergency, subject
from wire.approval.subject import Application
from wire.lists.content import Machine
from wire.sig import PublicKey

ENDS: Final = frozenset({"stamped", "aborted", "interrupted"})


@dataclass
class Gather:
    """Fills the spool with what lies in the span. `newest` is the newest time in the log, ms,
    `keys` are the record keys that the lists named, `machines` the devices by their first list.
    """

    bundle: Bundle
    spool: Spool
    span: Span
    newest: int = 0
    keys: dict[str, set[PublicKey]] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)

    def run(self, report: Report) -> None:
        """Everything that was verified; raises UnusableError for an unknown village."""
        self._introduce_all(report.leaves)
        silences = Silences(self.spool, self.span)
        for record in records(self.bundle, report):
            entry = record.entry
            self.newest = max(self.newest, entry.time.wall)
            if record.lists is not None:
                self._introduce(record.lists.machine)
            if not self._wanted(entry.device):
                continue
            silences.take(entry)
            self._take(record)
        silences.finish(self.newest)
        self._check_village()

    @property
    def villages(self) -> list[str]:
        """Names of the villages that the report is of."""
        return sorted(
            {one.village_name for one in self.machines.values() if self._wanted(one.device)}
        )

    def _introduce_all(self, size: int) -> None:
        """Every machine, also those that never said anything; a bundle of one village has only the
        lists of its machines.
        """
        for index, data in present(self.bundle, size):
            named = None if data.startswith(ENVELOPE) else listed(index, data)
            if named is None:
                continue
            if named.device not in self.machines and self.bundle.has(list_path(named.sha256)):
                file = self.bundle.list_bundle(named.sha256)
                self._introduce(read_list(file, named.version, 0).machine)

    def _introduce(self, machine: Machine) -> None:
        self.keys.setdefault(machine.device, set()).add(machine.key)
        known = self.machines.get(machine.device)
        if known is not None and (known.replaces or not machine.replaces):
            return
        self.machines[machine.device] = (
            machine if known is None else replace(known, replaces=machine.replaces)
        )
        if self._wanted(machine.device):
            row = {"village": machine.village, "village_name": machine.village_name}
            self.spool.put("machine", device=machine.device, **row)
            named = (machine.replaces or "", machine.device)
            self.spool.run("UPDATE machine SET replaces = ? WHERE device = ?", *named)

    def _wanted(self, device: str) -> bool:
        one = self.machines.get(device)
        if one is None or self.bundle.scope.village not in (None, one.village):
            return False
        return self.span.village in (None, one.village, one.village_name)

    def _check_village(self) -> None:
        wanted = self.span.village
        if wanted is not None and not any(map(self._wanted, self.machines)):
            known = sorted({f"{one.village} {one.village_name}" for one in self.machines.values()})
            raise UnusableError(f"{wanted}: 没有这个村。 No such village: {', '.join(known)}")

    def _take(self, record: Record) -> None:
        kind = record.entry.kind
        if kind in ENDS:
            self._end(record)
        if kind == "correction":
            self._void(record)
        if not self.span.covers(record.entry.time.wall):
            return
        self._count(record)
        if kind == "authorised":
            self._opening(record)
        if kind in told.HAPPENED:
            self.spool.put("event", **self._place(record), **told.event(record))

    def _place(self, record: Record) -> dict[str, Any]:
        entry = record.entry
        return {
            "device": entry.device,
            "seq": entry.seq,
            "leaf": record.leaf,
            "wall": entry.time.wall,
            "quality": entry.time.quality,
            "village_name": self.machines[entry.device].village_name,
        }

    def _count(self, record: Record) -> None:
        entry = record.entry
        self.spool.run(
            "UPDATE machine SET entries = entries + 1, first = coalesce(first, ?), last = ?,"
            " heartbeats = heartbeats + ?, boots = boots + ? WHERE device = ?",
            *(entry.time.wall, entry.time.wall),
            *(entry.kind == "heartbeat", entry.kind == "boot", entry.device),
        )

    def _opening(self, record: Record) -> None:
        body, matter = record.entry.body, record.matter
        if matter is not None:
            self._application(record, matter)
        self.spool.put(
            "opening",
            **self._place(record),
            item=body["item"],
            item_name=told.item(record.lists, body["item"]),
            seal=body["seal"],
            seal_name=told.seal(record.lists, body["seal"]),
            application=body["grant"].hex(),
            list=body["list"],
            sheet=body["sheet"],
            use=body["use"],
            operator=record.values.get("operator", told.NOBODY),
            operator_name=record.person("operator") or told.NOBODY,
            photo_before=told.photo(record, "before"),
            seen_before=told.seen(body["findings"]),
            emergency=int(matter is not None and not isinstance(matter.asked, Application)),
        )

    def _end(self, record: Record) -> None:
        """The opening that this entry ends, where it is of the span."""
        entry, body = record.entry, record.entry.body
        state = "returned" if body.get("returned") else entry.kind
        self.spool.run(
            "UPDATE opening SET state = ?, end_seq = ?, end_leaf = ?, end_wall = ?,"
            " photo_after = ?, seen_after = ? WHERE device = ? AND seq = ?",
            *(state, entry.seq, record.leaf, entry.time.wall, told.photo(record, "after")),
            *(told.seen(body.get("findings", [])), entry.device, body["authorised"]),
        )

    def _void(self, record: Record) -> None:
        body = record.entry.body
        self.spool.run(
            "UPDATE opening SET void = ? WHERE device = ? AND end_seq = ?",
            *(body["state"], record.entry.device, body["stamped"]),
        )

    def _application(self, record: Record, matter: Matter) -> None:
        """What the opening was for, once."""
        digest = record.entry.body["grant"].hex()
        if self.spool.value("SELECT 1 FROM application WHERE subject_hash = ?", digest):
            return
        row = self._approved(record, matter) if matter.approvals else _asked(record, matter)
        self.spool.put("application", subject_hash=digest, **row)

    def _approved(self, record: Record, matter: Matter) -> dict[str, Any]:
        asked, digest = matter.asked, record.entry.body["grant"].hex()
        given = [
            (told.office(record.lists, asked.item, step), person, record.name(person))
            for step, person in matter.approvals
        ]
        village = self.machines[record.entry.device].village_name
        for step, person, name in given:
            row = {"step": step, "person": person, "name": name, "village_name": village}
            self.spool.put("approver", subject_hash=digest, **row)
        approvers = "、".join(f"{step} {name}" for step, _, name in given)
        signed = json.dumps(signatures.carried(record))
        return _asked(record, matter) | {"approvers": approvers, "signed": signed}


def _asked(record: Record, matter: Matter) -> dict[str, Any]:
    asked = matter.asked
    common = {"title": asked.title, "item": asked.item, "presses": asked.presses}
    if isinstance(asked, Application):
        return {
            **common,
            "purpose": asked.purpose,
            "applicant": asked.applicant,
            "applicant_name": asked.applicant_name,
            "pages": len(asked.pages),
            "created": asked.created,
            "subject": subject.encode(asked),
        }
    return {
        **common,
        "purpose": asked.reason,
        "applicant": asked.operator,
        "applicant_name": record.name(asked.operator),
        "pages": 0,
        "created": asked.created,
        "approvers": f"应急，无审批；在场：{record.name(asked.second)}",
        "subject": emergency.encode(asked),
    }
