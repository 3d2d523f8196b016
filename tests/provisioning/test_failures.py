"""Whatever goes wrong, provisioning says what, in two languages, and what to do next."""

import contextlib
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.devices import ca
from sealctl.commands import furnish, installed, provision
from sealctl.config import load
from sealctl.signer import FileSigner
from sync import enrolment
from sync.enrolment import Site, fetch_ca, under
from tests.hub.journal_rig import Journal
from tests.provisioning.impostor import serving, speaking
from tests.provisioning.rig import HARDWARE, Field, request_by
from tests.support.contents import DEVICE, VILLAGE
from tests.support.ports import free_port
from wire.provisioning import token
from wire.provisioning.messages import Join
from wire.provisioning.reasons import REASONS, NotProvisioned
from wire.provisioning.token import JoinToken

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("provisioning_failures")]
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    made = Field.open(tmp_path_factory.mktemp("town"))
    yield made
    made.close()


@pytest.fixture
def field(town: Field, request: pytest.FixtureRequest) -> Iterator[Field]:
    """An empty machine folder in the one township."""
    made = town.another(sha256(request.node.name.encode()).hexdigest()[:12])
    yield made
    made.house.stop()


def _changed(text: str, **changes: object) -> str:
    return token.encode(replace(token.decode(text), **changes))  # type: ignore[arg-type]


def _ours(field: Field) -> Site:
    made = token.decode(field.token())
    return Site(made.hub, under(fetch_ca(made.hub, made.ca_sha256)))


def _refused(site: Site, asked: Join) -> str:
    with pytest.raises(NotProvisioned) as caught:
        site.join(asked)
    return caught.value.code


def test_a_slip_in_the_token_is_found_before_anything_else(field: Field) -> None:
    text = field.token()
    at = text.index("-", 40) + 1
    slip = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    for wrong in (slip, text[:-3], "", "SEAL1-", "https://hub.example"):
        assert field.refused(*field.words(wrong)) == "token_broken"
    assert list(field.folder.iterdir()) == []


def test_case_and_spaces_of_the_token_do_not_matter(field: Field) -> None:
    text = field.token()
    assert token.decode(f" {text.lower().replace('-', ' ')}\n") == token.decode(text)


def test_a_token_that_the_hub_never_made(field: Field) -> None:
    made = _changed(field.token(), secret=bytes(16))
    assert field.refused(*field.words(made)) == "token_unknown"


def test_a_token_is_spent_by_one_machine(field: Field) -> None:
    text = field.token("sunrise-3")
    field.join(text)
    other = field.another(f"{field.folder.name}-other")
    assert other.refused(*other.words(text)) == "token_used"
    assert not (other.folder / "machine.toml").exists()


def test_of_many_that_use_a_token_at_once_exactly_one_wins(field: Field) -> None:
    text = field.token("sunrise-4")
    site, ready, answers = _ours(field), threading.Barrier(6), []

    def use() -> None:
        asked = request_by(text, name="sunrise-4")
        ready.wait()
        try:
            answers.append(site.join(asked).village)
        except NotProvisioned as refused:
            answers.append(refused.code)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == ["sunrise", *["token_used"] * 5]


def test_an_expired_token_is_refused_but_an_answer_that_was_lost_is_given_again(
    field: Field,
) -> None:
    text, late = field.token("sunrise-5"), field.token("sunrise-6")
    site, asked = _ours(field), request_by(text, name="sunrise-5")
    first = site.join(asked)
    with contextlib.closing(sqlite3.connect(field.hub.state / "hub.sqlite3")) as database:
        database.execute("UPDATE devices_invitation SET expires_ms = 1")
        database.commit()
    assert site.join(asked).certificate == first.certificate
    assert field.refused(*field.words(late)) == "token_expired"


def test_a_used_token_cannot_be_freed_in_the_database(field: Field) -> None:
    text = field.token("sunrise-7")
    _ours(field).join(request_by(text, name="sunrise-7"))
    with contextlib.closing(sqlite3.connect(field.hub.state / "hub.sqlite3")) as database:
        with pytest.raises(sqlite3.IntegrityError):
            database.execute("UPDATE devices_invitation SET used_by = NULL")
        with pytest.raises(sqlite3.IntegrityError):
            database.execute("DELETE FROM devices_invitation")


def test_a_token_of_another_device(field: Field) -> None:
    field.join(field.token("sunrise-8"))
    assert field.refused(*field.words(field.token())) == "token_other_device"
    site, text = _ours(field), field.token()
    assert _refused(site, request_by(text, name="sunrise-9")) == "token_other_device"


def test_a_folder_whose_journal_is_anothers(field: Field) -> None:
    field.join(field.token("sunrise-10"))
    field.start("body", "lockd")
    field.house.stop()
    (field.folder / "machine.toml").unlink()
    assert field.refused(*field.words(field.token())) == "token_other_device"


def test_a_token_bound_to_another_board(field: Field) -> None:
    text = field.token("sunrise-11", serial="board-7")
    assert field.refused(*field.words(text, "--serial", "board-8")) == "serial_differs"
    field.join(text, "--serial", "board-7")


def test_a_hub_with_another_fingerprint_is_told_nothing(field: Field) -> None:
    text = _changed(field.token(), ca_sha256=bytes(32))
    assert field.refused(*field.words(text)) == "hub_other"
    assert not (field.folder / "keys").exists()


def test_a_hub_that_does_not_answer(field: Field) -> None:
    hub = f"https://127.0.0.1:{free_port()}"
    assert field.refused(*field.words(field.token(), "--hub", hub)) == "hub_unreachable"


@pytest.mark.parametrize(
    "garbage", [b"220 mail.example ESMTP\r\n", b"", b"\x15\x03\x01\x00\x02\x02\x28"]
)
def test_something_else_on_the_hubs_port(field: Field, garbage: bytes) -> None:
    with speaking(lambda raw: raw.sendall(garbage)) as port:
        hub = f"https://127.0.0.1:{port}"
        code = field.refused(*field.words(field.token(), "--hub", hub))
    assert code in ("hub_garbled", "hub_unreachable")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
        b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: https://x.example/\r\nContent-Length: 0\r\n\r\n",
        b"not http\r\n\r\n",
    ],
)
def test_a_web_server_that_is_no_hub(field: Field, answer: bytes) -> None:
    with serving(field.hub.state / "tls", answer) as port:
        hub = f"https://127.0.0.1:{port}"
        assert field.refused(*field.words(field.token(), "--hub", hub)) == "hub_garbled"


def test_a_clock_before_the_hubs_certificate_or_after_it(
    field: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days in (400, -4000):
        folder = tmp_path / str(days)
        folder.mkdir()
        for name in ("ca.pem", "ca.key"):
            shutil.copy(field.hub.state / "tls" / name, folder)
        with monkeypatch.context() as patch:
            shifted = time.time_ns() // 1_000_000 + days * DAY_MS
            patch.setattr("hub.clock.now_ms", lambda shifted=shifted: shifted)
            ca.issue_server(folder, ["127.0.0.1"])
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        with serving(folder, answer) as port:
            believing = under((folder / "ca.pem").read_bytes())
            with pytest.raises(NotProvisioned) as caught:
                Site(f"https://127.0.0.1:{port}", believing).ca()
        assert caught.value.code == "clock_off"


def test_a_clock_that_is_hours_off(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    text, now = field.token("sunrise-12"), time.time_ns() // 1_000_000
    monkeypatch.setattr("hardware.clock.SystemClock.wall_ms", lambda _: now - 3_600_000)
    assert field.refused(*field.words(text)) == "clock_off"
    monkeypatch.undo()
    field.join(text)


def test_another_address_than_the_hubs_certificate_names(field: Field, tmp_path: Path) -> None:
    for name in ("ca.pem", "ca.key"):
        shutil.copy(field.hub.state / "tls" / name, tmp_path)
    ca.issue_server(tmp_path, ["hub.elsewhere.example"])
    pem = (tmp_path / "ca.pem").read_bytes()
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(pem), pem)
    with serving(tmp_path, answer) as port:
        hub = f"https://127.0.0.1:{port}"
        assert field.refused(*field.words(field.token(), "--hub", hub)) == "hub_other"


def test_a_root_with_another_hash_than_the_countys(field: Field, tmp_path: Path) -> None:
    text = field.token("sunrise-13")
    wrong = field.words(text, "--root-sha256", "ab" * 32)
    assert field.refused(*wrong) == "root_differs"
    forged = tmp_path / "root.json"
    forged.write_bytes(field.hub.township.roots[0] + b" ")
    assert field.refused(*field.words(text, "--root-file", str(forged))) == "root_differs"
    assert not (field.folder / "machine.toml").exists()
    digest = tmp_path / "digest"
    digest.write_text(field.root_sha256 + "\n")
    field.join(text, "--root-file", str(digest))
    another = field.words(field.token("sunrise-13"), "--root-sha256", "ab" * 32)
    assert field.refused(*another) == "root_differs"


def test_a_hub_without_a_package_has_no_root_to_give(field: Field) -> None:
    joined = _ours(field).join(request_by(field.token("sunrise-20"), name="sunrise-20"))
    with pytest.raises(NotProvisioned) as caught:
        provision._first_root(replace(joined, roots=()), provision.Root(bytes(32)))
    assert caught.value.code == "root_missing"
    root = field.hub.township.roots[0]
    brought = provision.Root(sha256(root).digest(), root)
    assert provision._first_root(replace(joined, roots=()), brought) == root


def test_without_any_root_nothing_begins(field: Field) -> None:
    done = field.provision("--token", field.token(), "--hardware", "x")
    assert done.returncode == 2
    assert "县级根" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_copied_key_joins_for_no_other_device(field: Field) -> None:
    field.join(field.token("sunrise-14"))
    clone = field.another(f"{field.folder.name}-clone")
    shutil.copytree(field.folder / "keys", clone.folder / "keys")
    assert clone.refused(*clone.words(field.token("sunrise-15"))) == "key_elsewhere"


def test_a_stolen_token_is_nothing_without_the_record_key_that_the_list_names(
    field: Field,
) -> None:
    site, text = _ours(field), field.token(DEVICE)
    assert field.refused(*field.words(text)) == "key_differs"
    listed = FileSigner(field.hub.journal.signer)
    assert _refused(site, request_by(text, name=DEVICE, shown=listed)) == "proof_invalid"
    joined = site.join(request_by(text, name=DEVICE, signer=listed))
    assert joined.standing == "active"


def test_a_proof_for_another_request_proves_nothing(field: Field) -> None:
    site, text = _ours(field), field.token("sunrise-16")
    one, other = request_by(text, name="sunrise-16"), request_by(text, name="sunrise-16")
    mixed = replace(one, csr=other.csr)
    assert _refused(site, mixed) == "proof_invalid"
    broken = replace(one, csr=b"no request")
    assert _refused(site, broken) == "request_invalid"


@pytest.mark.parametrize(
    "lines", ["", "[panel]\nport = 0\n", "[hardware.press]\ndriver = 'magic'\n", "= ="]
)
def test_hardware_that_no_machine_could_start_by(field: Field, tmp_path: Path, lines: str) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text(lines)
    words = ("--token", field.token(), "--root-sha256", field.root_sha256)
    assert field.refused(*words, "--hardware", str(file)) == "machine_toml"
    assert field.refused(*words) == "machine_toml"


def test_a_key_that_others_can_read_is_not_used(field: Field) -> None:
    (field.folder / "keys").mkdir()
    (field.folder / "keys" / "record.pem").write_text("spoilt")
    assert field.refused(*field.words(field.token("sunrise-17"))) == "key_unusable"
    assert (field.folder / "keys" / "record.pem").read_text() == "spoilt"


def test_a_journal_without_its_key_gets_no_new_one(field: Field) -> None:
    (field.folder / "journal.sqlite3").touch()
    assert field.refused(*field.words(field.token("sunrise-18"))) == "key_unusable"
    assert not (field.folder / "keys").exists()


def test_an_address_that_is_none_is_refused_at_once(
    field: Field, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        field.here(*field.words(field.token()), "--hub", "https://[::")
    assert caught.value.code == 2


def test_a_making_that_the_power_cut_short_goes_on_and_used_counters_stay_lost(
    tmp_path: Path,
) -> None:
    blank = installed.Installed(tmp_path / "machine.toml")
    hardware = tmp_path / "hardware.toml"
    hardware.write_text(HARDWARE)
    blank.draft("sunrise-2", bytes(32), hardware)
    config = load(blank.trial)
    once = furnish.introduce(config, bytes(32), bytes(32))
    for lost in (("journal.sqlite3", "tally"), ("tally",)):
        for name in lost:
            (tmp_path / name).unlink()
        again = furnish.introduce(config, bytes(32), bytes(32))
        assert again == once
        assert (tmp_path / "tally").exists()
    journal = sqlite3.connect(tmp_path / "journal.sqlite3")
    envelope = Journal(device="sunrise-2").write("heartbeat", unlatches=1, presses=1).envelope
    with contextlib.closing(journal), journal:
        row = (1, bytes(32), "heartbeat", 0, 0, envelope)
        journal.execute("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", row)
    (tmp_path / "tally").unlink()
    furnish.introduce(config, bytes(32), bytes(32))
    assert not (tmp_path / "tally").exists()


def test_nothing_is_finished_that_was_not_begun(field: Field) -> None:
    assert field.refused("--finish") == "not_joined"


def test_what_is_still_missing_is_said(town: Field, field: Field) -> None:
    field.join(field.token("sunrise-19"))
    assert field.refused("--finish", "--wait", "0") == "unlisted"
    machine = field.machine("sunrise-19")
    town.enlist(replace(machine, public_key=bytes(32)))
    assert field.refused("--finish", "--wait", "0") == "key_differs"
    town.enlist(machine)
    assert field.refused("--finish", "--wait", "0") == "lockd_away"
    field.start("body", "lockd")
    assert field.refused("--finish", "--wait", "0") == "list_pending"


@pytest.mark.parametrize("cut", range(8))
def test_a_power_cut_at_any_write_is_gone_on_from(
    field: Field, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    device = f"sunrise-cut-{cut}"
    text, writes, real = field.token(device), iter(range(100)), installed.write

    def failing(path: Path, data: bytes, mode: int) -> None:
        if next(writes) == cut:
            raise ConnectionResetError("power")
        real(path, data, mode)

    monkeypatch.setattr(installed, "write", failing)
    assert field.here(*field.words(text)).returncode != 0
    monkeypatch.undo()
    field.join(text)
    assert field.refused("--finish", "--wait", "0") == "unlisted"
    rows = field.hub.rows("SELECT count(*) FROM devices_certificate WHERE device = ?", device)
    assert rows == [(1,)]
    assert not list((field.folder / "tls").rglob(".*.new"))


def test_every_reason_is_met_by_a_test() -> None:
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {code for code in REASONS if f'"{code}"' not in text} == set()


def test_a_token_and_the_officers_list_name_the_same_replaced_machine(field: Field) -> None:
    """Whichever of the two comes first."""
    hub, before = field.hub, field.hub.township
    hand, text = FileSigner(Ed25519PrivateKey.generate()), field.token("sunrise-88")
    asked = request_by(text, name="sunrise-88", signer=hand)
    named = replace(
        before.machine, device="sunrise-88", public_key=hand.public_key.public, replaces=DEVICE
    )
    field.enlist(replace(before.machine, state="suspended"), named)
    assert _refused(_ours(field), asked) == "replaces_differs"
    add = ("device", "add", "sunrise-88", "--village", VILLAGE)
    assert f"in the place of: {DEVICE}" in hub.command(*add).stderr
    assert hub.command(*add, "--replaces", DEVICE).returncode == 0
    assert f"replaces   {DEVICE}" in hub.run("device", "show", "sunrise-88")
    hub.import_package(hub.township.sign(before.authority))


def test_every_reason_is_given_somewhere() -> None:
    root = Path(enrolment.__file__).parents[1]
    folders = ("hub/devices", "sync", "sealctl")
    text = "".join(
        path.read_text("utf-8") for name in folders for path in (root / name).rglob("*.py")
    )
    assert {code for code in REASONS if f'"{code}"' not in text} == set()


def test_a_token_says_what_it_says() -> None:
    made = JoinToken("sunrise-2", "https://hub.example:8707", bytes(32), bytes(16))
    assert token.decode(token.encode(made)) == made
