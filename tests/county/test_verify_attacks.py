"""What a township, or a forger of papers, may try on the verification page; attacks by name."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from playwright.sync_api import Page

from tests.county.verify_rig import Log, Rig, key_of, rig, upload
from tests.hub import public_rig as hub
from tests.hub.journal_rig import Journal, Written
from tests.support import browser as browsers
from tests.support.browser import PHONE
from wire import cbor, stamp_proof
from wire.record import envelope
from wire.tlog import proof_file

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
GRANT = b"g" * 32
OTHER = b"h" * 32
STRANGER = key_of("a machine that nobody knows")

Attack = Callable[[Log, Written], bytes]


@pytest.fixture(scope="module")
def log() -> Log:
    return Log(Journal())


@pytest.fixture(scope="module")
def house(log: Log, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with rig(tmp_path_factory.mktemp("county"), log.journal) as made:
        yield made


@pytest.fixture(scope="module")
def page(house: Rig) -> Iterator[Page]:
    with browsers.chromium() as chromium, chromium.page(PHONE) as made:
        yield made


@pytest.fixture
def stamped(log: Log) -> Written:
    return log.journal.stamp(GRANT)


def another_stamp(log: Log, stamped: Written) -> bytes:
    return log.file(log.journal.stamp(OTHER))


def another_stamps_entry_under_this_place(log: Log, stamped: Written) -> bytes:
    proof, _ = log.parts(stamped)
    _, parts = log.parts(log.journal.stamp(OTHER))
    return stamp_proof.encode(proof, parts)


def another_opening(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    return stamp_proof.encode(proof, replace(parts, authorised=log.place(log.journal.written[0])))


def an_opening_of_another_matter(log: Log, stamped: Written) -> bytes:
    other = log.journal.authorise(OTHER, item="kinship")
    proof, parts = log.parts(stamped)
    return stamp_proof.encode(proof, replace(parts, authorised=log.place(other)))


def an_entry_that_is_no_stamp(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    place = log.place(log.journal.written[-1])
    moved = replace(proof, index=place.index, hashes=place.hashes)
    return stamp_proof.encode(moved, replace(parts, stamped=place.entry))


def a_correction_of_another_stamp(log: Log, stamped: Written) -> bytes:
    other = log.journal.stamp(OTHER)
    void = hub.correct(log.journal, other.entry.seq)
    proof, parts = log.parts(stamped)
    return stamp_proof.encode(proof, replace(parts, correction=log.place(void)))


def a_tampered_entry(log: Log, stamped: Written) -> bytes:
    """The seal's name, in an entry whose leaf and head are made anew with the log's key."""
    parts = log.parts(stamped)[1]
    altered = parts.authorised.entry.replace(b"seal-committee", b"seal-someother")
    assert altered != parts.authorised.entry
    return _resealed(log, stamped, authorised=altered)


def an_entry_by_a_stranger(log: Log, stamped: Written) -> bytes:
    return _resealed(log, stamped, authorised=_signed_by_stranger(stamped))


def a_strangers_signature_under_the_machines_name(log: Log, stamped: Written) -> bytes:
    opening = log.parts(stamped)[1].authorised.entry
    kept = envelope.parse(opening)
    signature = STRANGER.sign(envelope.to_be_signed(kept.alg, kept.kid, kept.payload))
    return _resealed(
        log,
        stamped,
        authorised=envelope.assemble(kept.alg, kept.kid, kept.payload, signature),
    )


def an_unknown_algorithm(log: Log, stamped: Written) -> bytes:
    opening = log.parts(stamped)[1].authorised.entry
    return _resealed(
        log, stamped, authorised=opening.replace(b"\xa2\x01\x27\x04", b"\xa2\x01\x26\x04")
    )


def a_wrong_place(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    return stamp_proof.encode(replace(proof, index=proof.index - 1), parts)


def a_bent_path(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    return stamp_proof.encode(replace(proof, hashes=(bytes(32), *proof.hashes[1:])), parts)


def a_bent_path_of_the_opening(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    opening = replace(parts.authorised, hashes=parts.authorised.hashes[:-1])
    return stamp_proof.encode(proof, replace(parts, authorised=opening))


def another_logs_key(log: Log, stamped: Written) -> bytes:
    return Log(log.journal, key=key_of("another log")).file(stamped)


def an_older_signature_under_a_newer_head(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    text, _, lines = proof.checkpoint.partition(b"\n\n")
    size = text.split(b"\n")[1]
    grown = text.replace(b"\n" + size + b"\n", b"\n" + str(int(size) + 1).encode() + b"\n")
    return stamp_proof.encode(replace(proof, checkpoint=grown + b"\n\n" + lines), parts)


def a_false_witness_in_the_witnesss_name(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    head, _, last = proof.checkpoint.rstrip(b"\n").rpartition(b" ")
    broken = last[:-8] + (b"A" if last[-8:-7] != b"A" else b"B") + last[-7:]
    return stamp_proof.encode(replace(proof, checkpoint=head + b" " + broken + b"\n"), parts)


def a_log_that_the_county_does_not_know(log: Log, stamped: Written) -> bytes:
    data = log.file(stamped)
    return data.replace(b"town.example/log\n", b"else.example/log\n")


def a_bare_proof(log: Log, stamped: Written) -> bytes:
    return proof_file.encode(log.parts(stamped)[0])


def the_next_version(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    extra = cbor.decode(proof_file.decode(stamp_proof.encode(proof, parts)).extra or b"")
    return proof_file.encode(replace(proof, extra=cbor.encode({**extra, "v": 2})))


def markup(log: Log, stamped: Written) -> bytes:
    return log.file(stamped).replace(b"town.example/log\n", b"<img/src=x/onerror=alert(1)>\n")


def half_a_file(log: Log, stamped: Written) -> bytes:
    return log.file(stamped)[:400]


def garbage(log: Log, stamped: Written) -> bytes:
    return sha256(b"garbage").digest() * 20


def nothing(log: Log, stamped: Written) -> bytes:
    return b""


def a_huge_file(log: Log, stamped: Written) -> bytes:
    return log.file(stamped) + b"\n" * (8 << 20)


def deep_cbor(log: Log, stamped: Written) -> bytes:
    return proof_file.encode(replace(log.parts(stamped)[0], extra=b"\x81" * 30_000 + b"\x00"))


def two_signatures_of_the_log(log: Log, stamped: Written) -> bytes:
    proof, parts = log.parts(stamped)
    text, _, lines = proof.checkpoint.partition(b"\n\n")
    doubled = text + b"\n\n" + lines.split(b"\n")[0] + b"\n" + lines
    return stamp_proof.encode(replace(proof, checkpoint=doubled), parts)


ATTACKS: dict[str, tuple[Attack, str]] = {
    "another stamp": (another_stamp, "other"),
    "another stamp's entry under this place": (another_stamps_entry_under_this_place, "other"),
    "another opening": (another_opening, "parts"),
    "an opening of another matter": (an_opening_of_another_matter, "parts"),
    "an entry that is no stamp": (an_entry_that_is_no_stamp, "other"),
    "a correction of another stamp": (a_correction_of_another_stamp, "parts"),
    "a tampered entry": (a_tampered_entry, "machine"),
    "an entry by a stranger": (an_entry_by_a_stranger, "key"),
    "a stranger's signature under the machine's name": (
        a_strangers_signature_under_the_machines_name,
        "machine",
    ),
    "an unknown algorithm": (an_unknown_algorithm, "machine"),
    "a wrong place": (a_wrong_place, "inclusion"),
    "a bent path": (a_bent_path, "inclusion"),
    "a bent path of the opening": (a_bent_path_of_the_opening, "inclusion"),
    "another log's key": (another_logs_key, "log"),
    "an older signature under a newer head": (an_older_signature_under_a_newer_head, "log"),
    "two signatures of the log": (two_signatures_of_the_log, "log"),
    "a false witness in the witness's name": (a_false_witness_in_the_witnesss_name, "witness"),
    "a log that the county does not know": (a_log_that_the_county_does_not_know, "township"),
    "a bare proof": (a_bare_proof, "unread"),
    "the next version": (the_next_version, "newer"),
    "markup": (markup, "township"),
    "half a file": (half_a_file, "unread"),
    "garbage": (garbage, "unread"),
    "nothing": (nothing, "unread"),
    "a huge file": (a_huge_file, "large"),
    "deep cbor": (deep_cbor, "unread"),
}
RED = {"other", "parts", "machine", "inclusion", "log", "witness"}


@pytest.mark.parametrize("name", ATTACKS)
def test_it_is_never_genuine_and_is_called_what_it_is(
    page: Page, house: Rig, log: Log, stamped: Written, name: str
) -> None:
    attack, code = ATTACKS[name]
    data = attack(log, stamped)
    house.publish(stamped, data)
    house.scan(page, stamped)
    _is_told(page, code)
    upload(page, data)
    _is_told(page, code)


def test_the_honest_file_of_the_same_rig_is_genuine(
    page: Page, house: Rig, log: Log, stamped: Written
) -> None:
    house.publish(stamped, log.file(stamped))
    house.scan(page, stamped)
    assert "真实" in page.inner_text("#answer h2 >> nth=0")


def test_a_strange_signature_among_the_witnesses_is_passed_over(
    page: Page, house: Rig, log: Log, stamped: Written
) -> None:
    stranger = Log(log.journal, witnesses=(key_of("nobody's witness"),))
    house.publish(stamped, stranger.file(stamped))
    house.scan(page, stamped)
    assert "真实" in page.inner_text("#answer h2 >> nth=0")
    assert "待县见证" in page.inner_text("#answer .verdict")


def test_the_proof_of_one_township_is_not_anothers(
    page: Page, house: Rig, log: Log, stamped: Written
) -> None:
    house.scan(page, stamped, township=8)
    _is_told(page, "township")
    upload(page, log.file(stamped))
    _is_told(page, "other")


@pytest.mark.parametrize("fragment", ["x", "07.", "%", "%E0%A4%A", "<script>", "07." + "A" * 99])
def test_a_broken_link_is_called_so(page: Page, house: Rig, fragment: str) -> None:
    page.goto("about:blank")
    house.open(page, f"{house.county}/verify/#{fragment}")
    _is_told(page, "link")


def test_an_endless_answer_is_cut_off(page: Page, house: Rig, log: Log, stamped: Written) -> None:
    house.publish(stamped, bytes(32 << 20))
    house.scan(page, stamped)
    _is_told(page, "large")


def _is_told(page: Page, code: str) -> None:
    card = page.locator("#answer .verdict")
    assert card.locator(".code").inner_text().split(":")[0] == code
    kind = "false" if code in RED else "unknown"
    assert kind in (card.get_attribute("class") or "").split()
    title = card.locator("h2").inner_text()
    assert ("不符" if code in RED else "无法核验") in title
    assert page.locator("#answer img, #answer script").count() == 0


def _resealed(log: Log, stamped: Written, *, authorised: bytes) -> bytes:
    """The file of a log whose leaf was exchanged, its head signed anew by the log's own key."""
    proof, parts = log.parts(stamped)
    bent = _Bent(log.journal, exchanged={parts.authorised.entry: authorised})
    opening = replace(parts.authorised, entry=authorised, hashes=bent.path(parts.authorised.index))
    head = replace(proof, hashes=bent.path(proof.index), checkpoint=bent.sign())
    return stamp_proof.encode(head, replace(parts, authorised=opening))


class _Bent(Log):
    """A log some of whose leaves are others."""

    def __init__(self, journal: Journal, exchanged: dict[bytes, bytes]) -> None:
        super().__init__(journal)
        self._exchanged = exchanged

    @property
    def leaves(self) -> list[bytes]:
        return [self._exchanged.get(leaf, leaf) for leaf in super().leaves]


def _signed_by_stranger(stamped: Written) -> bytes:
    journal = Journal(signer=STRANGER)
    journal.written = [stamped] * (stamped.entry.body["authorised"] - 1)
    return journal.authorise(GRANT).envelope
