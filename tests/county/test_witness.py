"""The witness as a real process over HTTP: every status as C2SP tlog-witness says it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county.witness.store import FILE, Store
from tests.support.witness import Log, WitnessProcess
from wire.tlog import cosignature, note, submission
from wire.tlog.note import Signature
from wire.tlog.submission import Submission

pytestmark = pytest.mark.processes
HONEST = Log.of(20)
FORKED = Log.of(20, forked_at=4)


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[WitnessProcess]:
    made = WitnessProcess.build(tmp_path, HONEST.vkey)
    made.start()
    yield made
    made.stop()


def times(witness: WitnessProcess, text: bytes, answer: httpx.Response) -> list[int]:
    """When the witness says that it saw this checkpoint; empty where it did not."""
    assert answer.status_code == 200, answer.text
    whole = note.Note(text, note.parse_lines(answer.content))
    return cosignature.count(whole, [note.verifier(witness.vkey)])


def ask(log: Log, old: int, new: int, **changed: Any) -> bytes:
    honest = Submission(old, log.proof(old, new), log.head(new))
    return submission.encode(Submission(**{**vars(honest), **changed}))


def test_a_growing_log_is_cosigned_and_monitors_see_it(witness: WitnessProcess) -> None:
    before = 0
    for old, new in ((0, 3), (3, 3), (3, 8), (8, 20)):
        (now,) = times(witness, HONEST.text(new), witness.submit(HONEST.asks(old, new)))
        assert now >= before
        before = now
    path = sha256(HONEST.name.encode()).hexdigest()
    shown = httpx.get(f"{witness.url}/{path}/checkpoint")
    assert cosignature.count(note.parse(shown.content), [note.verifier(witness.vkey)]) == [before]
    note.open_note(shown.content, note.verifier(HONEST.vkey))
    assert httpx.get(f"{witness.url}/{'0' * 64}/checkpoint").status_code == 404


def test_unknown_log_404(witness: WitnessProcess) -> None:
    foreign = Log(HONEST.leaves, name="other.example/log")
    assert witness.submit(foreign.asks(0, 3)).status_code == 404
    witness.run("add-log", foreign.vkey)
    assert witness.submit(foreign.asks(0, 3)).status_code == 200, "without a restart"
    witness.run("remove-log", foreign.vkey)
    assert witness.submit(foreign.asks(3, 4)).status_code == 404


def test_without_a_true_signature_of_the_log_403(witness: WitnessProcess) -> None:
    stranger = Log(HONEST.leaves, Ed25519PrivateKey.generate())
    assert witness.submit(stranger.asks(0, 3)).status_code == 403
    good = note.parse(HONEST.head(3))
    false = Signature(good.signatures[0].name, good.signatures[0].key_id, bytes(64))
    for lines in ((false,), (*good.signatures, false)):
        bent = note.assemble(good.text, lines)
        assert witness.submit(ask(HONEST, 0, 3, checkpoint=bent)).status_code == 403
    foreign = note.assemble(good.text, [*note.parse(stranger.head(3)).signatures, *good.signatures])
    assert witness.submit(ask(HONEST, 0, 3, checkpoint=foreign)).status_code == 200


def test_what_is_malformed_400(witness: WitnessProcess) -> None:
    good = HONEST.asks(0, 3)
    bent = (
        b"", b"old", good[4:], good.replace(b"old 0", b"old 00"), good.replace(b"old 0", b"old -1"),
        good.replace(b"old 0", b"old 0\nAAAA"), good.replace(b"\n\n", b"\n"), good + b"\xff",
        b"old 0\n" + b"A" * 43 + b"=\n" + b"B" * 43 + b"=" + good[5:], good[:-1],
        ask(HONEST, 3, 4, proof=(bytes(32),) * 64),
        ask(HONEST, 0, 3, checkpoint=HONEST.sign(HONEST.text(3) + b"extension\n")),
        ask(HONEST, 0, 3, checkpoint=HONEST.sign(HONEST.name.encode() + b"\n3\n")),
    )  # fmt: skip
    assert [witness.submit(one).status_code for one in bent] == [400] * len(bent)
    assert witness.submit(ask(HONEST, 5, 3)).status_code == 400, "old above new"
    assert witness.submit(good).status_code == 200


def test_another_old_size_409_with_the_size_held(witness: WitnessProcess) -> None:
    assert witness.submit(HONEST.asks(0, 5)).status_code == 200
    for body in (HONEST.asks(0, 5), HONEST.asks(3, 8), HONEST.asks(0, 3), HONEST.asks(7, 8)):
        answer = witness.submit(body)
        assert (answer.status_code, answer.headers["content-type"]) == (409, submission.SIZE_TYPE)
        assert submission.decode_size(answer.content) == 5


def test_what_does_not_follow_422(witness: WitnessProcess) -> None:
    no_tree = HONEST.sign(HONEST.text(0).replace(HONEST.text(0).split(b"\n")[2], b"A" * 43 + b"="))
    assert witness.submit(ask(HONEST, 0, 0, checkpoint=no_tree)).status_code == 422
    assert witness.submit(ask(HONEST, 0, 3, proof=(bytes(32),))).status_code == 422
    assert witness.submit(HONEST.asks(0, 6)).status_code == 200
    for body in (
        ask(HONEST, 6, 9, proof=()),
        ask(HONEST, 6, 9, proof=HONEST.proof(5, 9)),
        ask(HONEST, 6, 6, proof=(bytes(32),)),
        FORKED.asks(6, 9),
    ):
        assert witness.submit(body).status_code == 422
    assert witness.submit(HONEST.asks(6, 9)).status_code == 200


def test_an_empty_log_is_cosigned_and_grows(witness: WitnessProcess) -> None:
    assert len(times(witness, HONEST.text(0), witness.submit(HONEST.asks(0, 0)))) == 1
    assert witness.submit(HONEST.asks(0, 2)).status_code == 200


def test_a_fork_is_refused_and_both_heads_are_kept(
    witness: WitnessProcess, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert witness.submit(HONEST.asks(0, 6)).status_code == 200
    assert witness.submit(FORKED.asks(6, 6)).status_code == 422
    assert witness.submit(FORKED.asks(2, 6)).status_code == 409, (
        "the size comes first, as specified"
    )
    assert witness.submit(Log.of(6, forked_at=5).asks(2, 6)).status_code == 409
    with closing(Store.open(witness.state)) as store:
        kept = store.forks()
    assert [(one.size, note.parse(one.held).text) for one in kept] == [(6, HONEST.text(6))] * 2
    assert kept[0].offered == FORKED.head(6), "once, however often it is shown"
    witness.forks(tmp_path / "evidence")
    assert FORKED.head(6).decode() in capsys.readouterr().out
    assert (tmp_path / "evidence" / "1-offered").read_bytes() == FORKED.head(6)
    held = note.parse((tmp_path / "evidence" / "1-held").read_bytes())
    assert len(cosignature.count(held, [note.verifier(witness.vkey)])) == 1


def test_evidence_and_heads_cannot_be_unwritten(witness: WitnessProcess) -> None:
    witness.submit(HONEST.asks(0, 6))
    witness.submit(FORKED.asks(6, 6))
    with closing(sqlite3.connect(witness.state / FILE)) as pen:
        for statement in (
            "DELETE FROM fork", "UPDATE fork SET seen_s = 0", "DELETE FROM head",
            "UPDATE head SET size = 5", "UPDATE head SET root = x'00'",
            "UPDATE head SET timestamp_s = 1",
        ):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError):
                pen.execute(statement)


def test_killed_at_any_moment_nothing_that_was_told_is_forgotten(witness: WitnessProcess) -> None:
    held = 0
    for size in (5, 7, 8, 19):
        if size != 8:
            assert witness.submit(HONEST.asks(held, size)).status_code == 200
            held = size
        else:
            send_and_hang_up(witness, HONEST.asks(held, size))
        witness.kill()
        witness.start()
        answer = witness.submit(FORKED.asks(0, 20))
        assert answer.status_code == 409
        assert submission.decode_size(answer.content) in {held, size}
        held = submission.decode_size(answer.content)
        assert witness.submit(FORKED.asks(held, 20)).status_code == 422


def send_and_hang_up(witness: WitnessProcess, body: bytes) -> None:
    """The answer is not waited for: whether it was persisted is anybody's guess."""
    head = f"POST {submission.PATH} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    with witness.connected() as line:
        line.sendall(head.encode() + body)


def test_a_witness_rolled_back_tells_a_size_that_gives_it_away(
    witness: WitnessProcess, tmp_path: Path
) -> None:
    """Who holds its cosignature over 9 leaves sees it say 5. An honest log leads it up again."""
    witness.submit(HONEST.asks(0, 5))
    copy(witness.state / FILE, tmp_path / "older")
    witness.submit(HONEST.asks(5, 9))
    witness.stop()
    copy(tmp_path / "older", witness.state / FILE)
    witness.start()
    answer = witness.submit(HONEST.asks(9, 12))
    assert (answer.status_code, submission.decode_size(answer.content)) == (409, 5)
    assert witness.submit(FORKED.asks(5, 9)).status_code == 422, "what it still knows, it holds"
    assert witness.submit(HONEST.asks(5, 12)).status_code == 200


def copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)


def test_a_key_without_its_memory_does_not_start(witness: WitnessProcess) -> None:
    witness.stop()
    (witness.state / FILE).unlink()
    with pytest.raises(AssertionError, match="make a witness with a new name and key"):
        witness.start()


def test_bodies_are_bounded(witness: WitnessProcess) -> None:
    assert witness.submit(b"x" * (submission.LIMIT + 1)).status_code == 413
    assert httpx.get(witness.url + submission.PATH).status_code == 405
