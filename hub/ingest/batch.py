"""One batch of messages: judged together, stored in one transaction.

Calls `hub.ingest`, `hub.log.store`, `hub.devices`, `hub.fleet.answers` and `wire`. What is
malformed, unsigned or unknown is logged and forgotten: it never stops the rest.
"""

import logging
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from django.db import transaction

from hub.devices import heard
from hub.devices.models import Contact, ListVersion
from hub.fleet import answers
from hub.ingest import erased, journal, judge
from hub.ingest.judge import Keys, Last, Verified
from hub.ingest.models import Conflict, Openings, Record
from hub.ingest.waiting import Waiting
from hub.log import store
from wire import messages, topics
from wire.errors import WireError
from wire.lists.content import Machine
from wire.lists.leaf import list_leaf
from wire.messages import Status
from wire.record import commitment
from wire.record.entry import Entry
from wire.sig import PublicKey

log = logging.getLogger(__name__)


class Batch:
    """`due` names the entries (hash → entry) for which a receipt was asked by sending them.

    `keys`: every record key that the officers ever named, where a machine's was changed.
    """

    def __init__(
        self,
        machines: Mapping[str, Machine],
        waiting: Waiting,
        now_ms: int,
        keys: Mapping[str, Keys] = MappingProxyType({}),
    ) -> None:
        self.due: dict[bytes, Entry] = {}
        self._machines = machines
        self._waiting = waiting
        self._now_ms = now_ms
        self._keys = keys
        self._in_force: dict[str, PublicKey | None] = {}
        self._last: dict[str, Last] = {}
        self._fresh: dict[bytes, Verified] = {}
        self._taken: dict[tuple[str, int], bytes] = {}
        self._rivals: list[tuple[Verified, str]] = []
        self._openings: dict[bytes, bytes] = {}
        self._statuses: dict[str, Status] = {}
        self._answers: list[tuple[str, bytes]] = []
        self._erased = erased.Named()

    def add(self, topic: str, payload: bytes) -> None:
        """Judge one message."""
        try:
            parsed = topics.parse(topic)
            if parsed.what == "entry":
                for data in messages.decode_entries(payload):
                    self._add_entry(parsed.device, data)
            elif parsed.what == "opening":
                for data in messages.decode_openings(payload):
                    self._add_opening(parsed.device, data)
            elif parsed.device in self._machines and parsed.what == "answer":
                self._answers.append((parsed.device, payload))
            elif parsed.device in self._machines:
                self._statuses[parsed.device] = messages.decode_status(payload)
        except WireError as error:
            log.warning("%s: %s", topic[:100], error)

    def commit(self, known: store.Hashes) -> None:
        """Store records, openings, conflicts, and the leaves of list versions, of what is to be
        erased, and of new entries.

        Lists go first: an entry may name a list that was published a moment before it.
        """
        lists = list(ListVersion.objects.filter(leaf_index=None).order_by("id"))
        with transaction.atomic():
            gone = erased.due([one.pk for one in lists])
            leaves = [list_leaf(one.device, one.version, bytes(one.sha256)) for one in lists]
            leaves += [one.leaf for one in gone]
            leaves += [one.envelope for one in self._fresh.values()]
            first = store.add(leaves, known) if leaves else 0
            for index, version in enumerate(lists, first):
                ListVersion.objects.filter(id=version.id).update(leaf_index=index)
            for index, one in enumerate(gone, first + len(lists)):
                erased.logged(one.rows, index)
            fresh = enumerate(self._fresh.values(), first + len(lists) + len(gone))
            Record.objects.bulk_create(self._record(one, index) for index, one in fresh)
            Openings.objects.bulk_create(
                Openings(entry_hash=name, data=data) for name, data in self._openings.items()
            )
            heard.keep((one.entry for one in self._fresh.values()), self._now_ms)
            self._keep_rivals()
            self._keep_statuses()
            self._keep_answers()

    def _add_entry(self, device: str, data: bytes) -> None:
        try:
            one = judge.verify(data, device, self._machines, self._keys)
        except WireError as error:
            log.warning("%s: entry %s: %s", device, sha256(data).hexdigest()[:16], error)
            return
        last = self._last.get(device) or journal.last(device)
        self._last[device] = last
        where = judge.place(one, last, self._stored(device, one.entry.seq, last))
        if where == judge.NEXT and not self._may_sign(one):
            log.warning("%s: entry %d: not by the key of its list", device, one.entry.seq)
        elif where == judge.NEXT:
            self._take(one)
        elif where == judge.DUPLICATE:
            self.due[one.hash] = one.entry
        elif where == judge.GAP:
            self._waiting.gap(device, last.seq, one.entry.seq)
        else:
            log.error("%s: entry %d contradicts the journal: %s", device, one.entry.seq, where)
            self._rivals.append((one, where))

    def _may_sign(self, one: Verified) -> bool:
        device, keys = one.entry.device, self._keys.get(one.entry.device, ())
        if len(keys) > 1 and device not in self._in_force:
            self._in_force[device] = journal.key_in_force(device)
        return judge.may_sign(one, keys, self._in_force.get(device))

    def _take(self, one: Verified) -> None:
        device, seq = one.entry.device, one.entry.seq
        self._last[device] = Last(seq, one.hash)
        self._taken[device, seq] = one.hash
        self._fresh[one.hash] = one
        if one.entry.kind == "list_adopted" and device in self._in_force:
            version = int(one.entry.body["version"])
            self._in_force[device] = journal.listed_key(device, version)
        self.due[one.hash] = one.entry
        early = self._waiting.openings(one.hash)
        if early is not None:
            self._add_opening(device, early)

    def _stored(self, device: str, seq: int, last: Last) -> bytes | None:
        if seq > last.seq:
            return None
        return self._taken.get((device, seq)) or journal.stored(device, seq)

    def _add_opening(self, device: str, data: bytes) -> None:
        try:
            held = commitment.decode(data)
            if held.device != device:
                raise WireError("commitment", f"openings of {held.device}")
            fresh = self._fresh.get(held.entry)
            found = journal.entry_of(held.entry) if fresh is None else fresh.entry
            if found is None:
                self._waiting.keep(held.entry, data)
                return
            judge.check_openings(held, found)
        except WireError as error:
            log.warning("%s: %s", device, error)
            return
        self.due[held.entry] = found
        if held.entry in self._openings or journal.opened([held.entry]):
            return
        if not self._erased.unopened(found):
            self._openings[held.entry] = data

    def _record(self, one: Verified, index: int) -> Record:
        return Record(
            device=one.entry.device,
            village=one.village,
            seq=one.entry.seq,
            entry_hash=one.hash,
            envelope=one.envelope,
            kind=one.entry.kind,
            wall_ms=one.entry.time.wall,
            leaf_index=index,
            received_ms=self._now_ms,
        )

    def _keep_rivals(self) -> None:
        for one, reason in self._rivals:
            place = {"device": one.entry.device, "seq": one.entry.seq}
            if not Conflict.objects.filter(**place, envelope=one.envelope).exists():
                Conflict.objects.create(
                    **place, envelope=one.envelope, reason=reason, received_ms=self._now_ms
                )

    def _keep_answers(self) -> None:
        for device, data in self._answers:
            keys = self._keys.get(device) or (self._machines[device].key,)
            try:
                answers.take(device, data, keys, self._now_ms)
            except WireError as error:
                log.warning("%s: answer: %s", device, error)

    def _keep_statuses(self) -> None:
        for device, status in self._statuses.items():
            said = {"online": status.online, "list": status.list, "last": status.last}
            Contact.objects.update_or_create(
                device=device,
                defaults={**said, "receipted": status.receipted, "heard_ms": self._now_ms},
            )
