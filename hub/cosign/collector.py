"""Which witness is asked about which head, and what its answer is worth.

Calls `hub.cosign`, `hub.log`, `hub.devices.authority` and `wire.tlog`. Only this writes the tables
Cosigned, Witness and Ahead. One question to each witness is under way at most; all are asked about
one head until a quorum has seen it, or nobody is left to ask. It has neither the log's key nor the
lists': what a witness says counts by the witness's signature, and that the log was longer by the
log's own.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Final

from hub.cosign.asking import Answer, Asking, Failed, Holds, Lines
from hub.devices import authority
from hub.devices.authority import NoAuthorityError
from hub.log import store
from hub.log.models import Ahead, Cosigned, Told, Witness
from wire.errors import WireError
from wire.lists.content import Policy
from wire.tlog import cosignature, note, proof, tree
from wire.tlog.checkpoint import Checkpoint, open_checkpoint
from wire.tlog.note import Verifier
from wire.tlog.submission import Submission

log = logging.getLogger(__name__)

FIRST_WAIT_MS: Final = 500
LONGEST_WAIT_MS: Final = 60_000


@dataclass
class _Peer:
    """One witness of the policy. `row` is what the database remembers of it."""

    verifier: Verifier
    asking: Asking | None
    row: Witness
    flying: "Future[Answer] | None" = None
    about: bytes = b""
    wait_ms: int = 0
    retry_ms: int = 0

    @property
    def text(self) -> bytes:
        """The head that it cosigned last, without signatures."""
        held = bytes(self.row.checkpoint)
        return note.parse(held).text if held else b""


@dataclass
class _Township:
    """What the present policy names, and the head under question (a signed note, empty first)."""

    policy: Policy
    log: Verifier
    peers: list[_Peer]
    head: bytes = b""
    checkpoint: Checkpoint | None = None
    text: bytes = b""
    hashes: store.Hashes = field(default_factory=store.Hashes)


class Collector:
    """`urls` are addresses by the names of witnesses' keys."""

    def __init__(self, urls: Mapping[str, str], now_ms: Callable[[], int]) -> None:
        self._urls = urls
        self._now_ms = now_ms
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="witness")
        self._town: _Township | None = None

    def step(self, seconds: float) -> bool:
        """Look once, or for so long where questions are under way; whether any is now."""
        town = self._township()
        if town is None:
            return False
        flying = [peer.flying for peer in town.peers if peer.flying is not None]
        if flying:
            wait(flying, seconds, return_when="FIRST_COMPLETED")
        answered = [self._land(town, peer) for peer in town.peers]
        if any(answered):
            self._count(town)
        self._aim(town)
        for peer in self._due(town):
            self._fly(town, peer)
        return any(peer.flying is not None for peer in town.peers)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for peer in self._town.peers if self._town else ():
            if peer.asking is not None:
                peer.asking.close()

    def _township(self) -> _Township | None:
        try:
            policy = authority.policy()
        except NoAuthorityError:
            return None
        if self._town is None or self._town.policy != policy:
            verifiers = [note.verifier(key) for key in policy.witnesses]
            peers = [self._peer(one, policy.log_origin) for one in verifiers]
            Witness.objects.exclude(name__in=[one.name for one in verifiers]).delete()
            self._town = _Township(policy, note.verifier(policy.log_key), peers)
            self._count(self._town)
        return self._town

    def _peer(self, verifier: Verifier, origin: str) -> _Peer:
        row, _ = Witness.objects.get_or_create(name=verifier.name)
        url = self._urls.get(verifier.name)
        if url is None:
            self._trouble(row, "no_address", "")
            return _Peer(verifier, None, row)
        held = bytes(row.checkpoint)
        if held and not cosignature.count(note.parse(held), [verifier]):
            row.size, row.checkpoint, row.seen_s = 0, b"", 0
        return _Peer(verifier, Asking(url, origin), row)

    def _aim(self, town: _Township) -> None:
        """Take the newest head into question, unless witnesses are still needed for the last. One
        of a log that the policy does not name yet waits for the officers.
        """
        head = store.head()
        if head is None or (town.head and not self._settled(town)):
            return
        data = bytes(head.checkpoint)
        if data != town.head and _signed_by(data, town.log) is not None:
            town.head, town.text = data, note.parse(data).text
            town.checkpoint = open_checkpoint(data, town.log)

    def _settled(self, town: _Township) -> bool:
        seen = sum(peer.text == town.text for peer in town.peers)
        busy = any(peer.flying is not None for peer in town.peers) or bool(self._due(town))
        return seen >= max(1, town.policy.quorum) or not busy

    def _due(self, town: _Township) -> list[_Peer]:
        """Whom to ask now. One that ingest wants heard is asked whatever was before."""
        if town.checkpoint is None:
            return []
        now_ms, half_s = self._now_ms(), town.policy.witness_max_age_s // 2
        wanted_ms = Told.objects.filter(id=1).values_list("started_ms", flat=True).first() or 0
        return [
            peer
            for peer in town.peers
            if peer.asking is not None
            and peer.flying is None
            and (
                peer.row.asked_ms < wanted_ms
                or (
                    now_ms >= peer.retry_ms
                    and (peer.text != town.text or now_ms // 1000 - peer.row.seen_s >= half_s)
                )
            )
        ]

    def _fly(self, town: _Township, peer: _Peer) -> None:
        head = town.checkpoint
        if head is None or peer.asking is None:
            return
        old = min(peer.row.size, head.size)
        path = tuple(proof.consistency(old, head.size, town.hashes)) if old else ()
        peer.about = town.head
        peer.flying = self._pool.submit(
            peer.asking.ask, Submission(old, path, town.head), head.size
        )

    def _land(self, town: _Township, peer: _Peer) -> bool:
        """Take an answer in, if there is one."""
        if peer.flying is None or not peer.flying.done():
            return False
        answer, peer.flying = peer.flying.result(), None
        peer.row.asked_ms = self._now_ms()
        match answer:
            case Lines(data):
                self._cosigned(peer, data)
            case Holds():
                self._holds(town, peer, answer)
            case Failed(problem, detail):
                self._later(peer, problem, detail)
        return True

    def _cosigned(self, peer: _Peer, lines: bytes) -> None:
        """Its own line is kept; lines of other names mean nothing."""
        signed, name = note.parse(peer.about), (peer.verifier.name, peer.verifier.key_id)
        try:
            own = [one for one in note.parse_lines(lines) if (one.name, one.key_id) == name]
        except WireError as error:
            self._later(peer, "false", error.detail)
            return
        whole = note.assemble(signed.text, [*signed.signatures, *own])
        times = cosignature.count(note.parse(whole), [peer.verifier])
        if len(own) != 1 or not times:
            self._later(peer, "false", "")
            return
        size = int(signed.text.split(b"\n")[1])
        peer.row.size, peer.row.checkpoint, peer.row.seen_s = size, whole, times[0]
        self._well(peer)

    def _holds(self, town: _Township, peer: _Peer, answer: Holds) -> None:
        """It holds another head than we thought: an older one is proven anew, and one that this log
        signed and the database cannot continue is evidence.
        """
        asked = _size(note.parse(peer.about).text)
        if answer.size is not None and answer.size <= asked and answer.size != peer.row.size:
            signed = _size(peer.text) if peer.text else 0
            if answer.size < signed:
                log.error("%s: holds %d, signed %d", peer.verifier.name, answer.size, signed)
                peer.row.forgot_ms = self._now_ms()
            peer.row.size = answer.size
            peer.row.save()
            return
        shown = _signed_by(answer.checkpoint, town.log)
        if shown is None:
            said = answer.size is None or answer.size <= asked
            self._later(peer, "refused" if said else "claims_more", f"{answer.size or ''}")
        elif _continues(*shown, town.hashes):
            peer.row.size = shown[0].size
            self._later(peer, "refused", "")
        else:
            self._evidence(peer, *shown)

    def _evidence(self, peer: _Peer, shown: Checkpoint, signed: bytes) -> None:
        if not Ahead.objects.filter(checkpoint=signed).exists():
            found_ms = self._now_ms()
            Ahead.objects.create(checkpoint=signed, witness=peer.verifier.name, found_ms=found_ms)
        self._later(peer, "ahead", f"{shown.size}")

    def _well(self, peer: _Peer) -> None:
        peer.wait_ms, peer.retry_ms = 0, 0
        if peer.row.problem:
            log.info("%s: cosigns again", peer.verifier.name)
        self._trouble(peer.row, "", "")

    def _later(self, peer: _Peer, problem: str, detail: str) -> None:
        peer.wait_ms = min(max(FIRST_WAIT_MS, 2 * peer.wait_ms), LONGEST_WAIT_MS)
        peer.retry_ms = self._now_ms() + peer.wait_ms
        if peer.row.problem != problem:
            log.warning("%s: %s: %s", peer.verifier.name, problem, detail)
        self._trouble(peer.row, problem, detail)

    def _trouble(self, row: Witness, problem: str, detail: str) -> None:
        if row.problem != problem:
            row.since_ms = self._now_ms()
        row.problem, row.detail = problem, detail[:300]
        row.save()

    def _count(self, town: _Township) -> None:
        """Keep the newest head that a quorum has seen, with every cosignature that is held."""
        quorum = town.policy.quorum
        held = [peer for peer in town.peers if peer.text]
        for text in sorted({peer.text for peer in held}, key=_size, reverse=True):
            for_it = [peer for peer in held if peer.text == text]
            if quorum and len(for_it) >= quorum:
                _keep(text, for_it, quorum)
                return


def _keep(text: bytes, peers: Sequence[_Peer], quorum: int) -> None:
    former = Cosigned.objects.filter(id=1).first()
    if former is not None and _is_later(note.parse(bytes(former.checkpoint)).text, text):
        return
    notes = [note.parse(bytes(peer.row.checkpoint)) for peer in peers]
    lines = dict.fromkeys(line for one in notes for line in one.signatures)
    checkpoint = note.assemble(text, list(lines))
    if former is None or bytes(former.checkpoint) != checkpoint:
        seen_s = sorted((peer.row.seen_s for peer in peers), reverse=True)[quorum - 1]
        row = {"checkpoint": checkpoint, "size": _size(text), "seen_s": seen_s}
        Cosigned.objects.update_or_create(id=1, defaults=row)


def _size(text: bytes) -> int:
    return int(text.split(b"\n")[1])


def _is_later(one: bytes, other: bytes) -> bool:
    """Of two heads' texts; those of different logs do not compare."""
    return one.split(b"\n")[0] == other.split(b"\n")[0] and _size(one) > _size(other)


def _signed_by(data: bytes | None, verifier: Verifier) -> tuple[Checkpoint, bytes] | None:
    """A head that this log signed, whoever shows it, and its bytes with that signature alone."""
    if data is None:
        return None
    try:
        found, signed = open_checkpoint(data, verifier), note.parse(data)
    except WireError:
        return None
    own = [one for one in signed.signatures if one.key_id == verifier.key_id]
    return found, note.assemble(signed.text, own)


def _continues(shown: Checkpoint, _: bytes, hashes: store.Hashes) -> bool:
    """Whether the database has that head, or has grown from it."""
    return shown.size <= store.size() and tree.root(shown.size, hashes) == shown.root
