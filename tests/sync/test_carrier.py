"""The courier on foot, between lockd's socket and a stick that anybody may have had in hand."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.clock import now_ms
from hub.devices import ca as authority
from stick import files
from stick.files import Source, StickError
from sync import carrier, held
from sync.carrier import Carried, Carrier
from sync.courier import AwayError, Courier
from sync.enrol import new_request
from tests.support.contents import DEVICE, NOW
from tests.support.courier_peer import CourierPeer
from tests.sync.ingest_peer import TownshipLog
from wire import carried, messages
from wire.carried import Held, Item
from wire.errors import WireError

PHOTO = b"\xff\xd8\xff" + b"a photo" * 500
PAGE = b"an approved page" * 300


class Village:
    """A machine's lockd (a peer), its photos, the township's authority and log, and a stick."""

    def __init__(self, folder: Path) -> None:
        self.stick = folder / "stick"
        self.photos = folder / "photos"
        self.tls = folder / "tls"
        self.stick.mkdir()
        self.photos.mkdir()
        authority.create_ca(self.tls)
        authority.issue_server(self.tls, ["localhost"])
        self.log = TownshipLog()
        self.lockd = CourierPeer(folder / "run" / "courier.sock", self.log.verifier).start()
        self.courier = Courier(self.lockd.path)
        self.ca: Path | None = self.tls / "ca.pem"

    def carry(self) -> Carried:
        return Carrier(self.courier, self.photos, self.ca, now_ms).carry(self.stick)

    def photograph(self, data: bytes = PHOTO) -> bytes:
        digest = hashlib.sha256(data)
        (self.photos / f"{digest.hexdigest()}.jpg").write_bytes(data)
        self.lockd.pending.append(digest.digest())
        return digest.digest()

    def taken(self, kind: str) -> list[bytes]:
        """What the hub would read of the stick."""
        with files.opened(self.stick, DEVICE, "up") as found:
            assert found.manifest is not None, found.why
            items = [item for item in found.manifest.items if item.kind == kind]
            read = [found.data(item) for item in items]
        assert None not in read
        return [data for data in read if data is not None]

    def entries(self) -> list[bytes]:
        return [one for data in self.taken("entries") for one in messages.decode_entries(data)]

    def openings(self) -> list[bytes]:
        return [one for data in self.taken("openings") for one in messages.decode_openings(data)]

    def bring(self, *things: tuple[str, bytes]) -> None:
        """What the hub would write."""
        sources = [_source(kind, data) for kind, data in things]
        files.put(self.stick, DEVICE, "down", sources, made_ms=NOW)

    def receipts(self, count: int) -> bytes:
        written = self.lockd.journal.written[:count]
        proofs = self.log.proofs([self.log.append(one.envelope) for one in written])
        seqs = [one.entry.seq for one in written]
        return messages.encode_receipts(list(zip(seqs, proofs, strict=True)))

    def held(self, photo: bytes, **changes: Any) -> bytes:
        """The township's word that it has that photo."""
        key = load_pem_private_key((self.tls / "server.key").read_bytes(), None)
        certificate = x509.load_pem_x509_certificate((self.tls / "server.pem").read_bytes())
        return _held(key, certificate, (photo,), changes)


def _held(
    key: object,
    certificate: x509.Certificate,
    photos: tuple[bytes, ...],
    changes: Mapping[str, Any] = MappingProxyType({}),
) -> bytes:
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    signed = carried.to_be_signed(DEVICE, photos)
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    der = certificate.public_bytes(Encoding.DER)
    made = Held(DEVICE, photos, der, signature)
    return carried.encode_held(replace(made, **changes))


def _source(kind: str, data: bytes) -> Source:
    return Source(Item(kind, len(data), hashlib.sha256(data).digest()), lambda: data)


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    made = Village(tmp_path)
    yield made
    made.courier.close()
    made.lockd.stop()


def test_everything_without_a_receipt_goes_onto_the_stick(village: Village) -> None:
    village.lockd.write(300)
    village.lockd.write(3, operator="wu")
    village.photograph()
    done = village.carry()
    assert (done.entries, done.photos, done.brought, done.problems) == (303, 1, False, [])
    written = village.lockd.journal.written
    assert village.entries() == [one.envelope for one in written]
    assert village.openings() == [one.openings for one in written if one.openings]
    assert village.taken("photo") == [PHOTO]
    assert village.lockd.receipted == 0
    assert len(village.lockd.pending) == 1


def test_a_machine_with_nothing_to_say_has_its_folder_all_the_same(village: Village) -> None:
    assert village.carry().entries == 0
    assert files.devices(village.stick) == [DEVICE]


def test_what_the_township_put_there_reaches_lockd_and_is_not_carried_again(
    village: Village,
) -> None:
    village.lockd.write(5)
    photo = village.photograph()
    village.lockd.wanted.append(hashlib.sha256(PAGE).digest())
    village.bring(
        ("held", village.held(photo)),
        ("page", PAGE),
        ("receipts", village.receipts(4)),
        ("list", b"a bundle"),
    )
    done = village.carry()
    assert village.lockd.lists == [b"a bundle"]
    assert village.lockd.pages == [PAGE]
    assert (done.list_version, done.receipted, done.pages, done.photos_held) == (1, 4, 1, 1)
    assert (done.entries, done.photos, done.problems) == (1, 0, [])
    assert village.lockd.asked.index("list") < village.lockd.asked.index("receipts")


def test_carrying_twice_is_as_carrying_once(village: Village) -> None:
    village.lockd.write(5)
    village.photograph()
    village.bring(("list", b"a bundle"))
    assert village.carry().new_bytes > 0
    before = sorted(path for path in village.stick.rglob("*"))
    done = village.carry()
    assert (done.new_bytes, done.entries, done.problems) == (0, 5, [])
    assert sorted(path for path in village.stick.rglob("*")) == before


def test_a_stick_that_fails_on_the_way_is_carried_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.lockd.write(400, operator="wu")
    village.photograph()
    moments = iter([None, None, OSError(5, "Input/output error")])
    rename = os.rename

    def failing(*arguments: Any, **named: Any) -> None:
        error = next(moments, None)
        if error is not None:
            raise error
        rename(*arguments, **named)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(StickError, match="cannot be used"):
        village.carry()
    assert village.carry().problems == []
    assert len(village.entries()) == len(village.openings()) == 400


def test_an_older_list_is_refused_and_the_rest_is_taken(village: Village) -> None:
    village.lockd.write(2)
    village.lockd.refused[b"an old bundle"] = "list_rollback"
    village.bring(("list", b"an old bundle"), ("receipts", village.receipts(2)))
    done = village.carry()
    assert village.lockd.lists == []
    assert done.receipted == 2
    assert ["list: " in one.en and "rollback" in one.en for one in done.problems] == [True]


def test_receipts_of_another_log_are_refused(village: Village) -> None:
    village.lockd.write(2)
    village.log = TownshipLog()
    village.bring(("receipts", village.receipts(2)))
    done = village.carry()
    assert done.receipted == 0
    assert len(done.problems) == 1
    assert done.entries == 2


def test_a_page_that_nobody_wants_is_left_on_the_stick(village: Village) -> None:
    village.bring(("page", PAGE))
    assert village.carry().problems == []
    assert village.lockd.pages == []


def _spoilt(path: Path) -> None:
    path.write_bytes(b"x" * path.stat().st_size)


def _linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


@pytest.mark.parametrize("spoil", [_spoilt, Path.unlink, _linked])
def test_a_stick_half_written_or_tampered_with_is_told_and_the_rest_is_taken(
    village: Village, spoil: Callable[[Path], None]
) -> None:
    village.lockd.write(2)
    village.bring(("list", b"a bundle"), ("receipts", village.receipts(2)))
    down = village.stick / "sealctl" / DEVICE / "down"
    spoil(down / hashlib.sha256(b"a bundle").hexdigest())
    done = village.carry()
    assert village.lockd.lists == []
    assert done.receipted == 2
    assert ["list: missing or damaged" in one.en for one in done.problems] == [True]


def test_a_manifest_cut_off_is_told_and_entries_are_taken(village: Village) -> None:
    village.lockd.write(2)
    village.bring(("list", b"a bundle"))
    (village.stick / "sealctl" / DEVICE / "down" / carried.MANIFEST).unlink()
    done = village.carry()
    assert ["half written" in one.en for one in done.problems] == [True]
    assert (done.brought, done.entries) == (False, 2)


def test_another_machines_folder_is_not_read(village: Village) -> None:
    files.put(village.stick, "sunset-1", "down", [], made_ms=0)
    (village.stick / "sealctl" / "sunset-1").rename(village.stick / "sealctl" / DEVICE)
    done = village.carry()
    assert ["another machine's" in one.en for one in done.problems] == [True]


def test_a_photo_that_is_no_longer_the_one_that_was_signed_stays_behind(village: Village) -> None:
    digest = village.photograph()
    (village.photos / f"{digest.hex()}.jpg").write_bytes(b"\xff\xd8\xff another")
    village.photograph(PHOTO + b"good")
    done = village.carry()
    assert village.taken("photo") == [PHOTO + b"good"]
    assert ["cannot be read" in one.en for one in done.problems] == [True]


def test_photos_that_do_not_fit_wait_and_the_records_go(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    village.lockd.write(3)
    village.photograph(PHOTO * 1000)
    found = os.statvfs(village.stick)
    pages = 2 + files.SPARE_BYTES // found.f_frsize
    tight = os.statvfs_result((*found[:4], pages, *found[5:]))
    monkeypatch.setattr(os, "fstatvfs", lambda _: tight)
    done = village.carry()
    assert (len(village.entries()), village.taken("photo"), done.photos) == (3, [], 0)
    assert ["1 photos do not fit" in one.en for one in done.problems] == [True]


def test_without_lockd_nothing_is_touched(village: Village) -> None:
    village.lockd.stop()
    with pytest.raises(AwayError):
        village.carry()
    assert list(village.stick.iterdir()) == []


def test_the_word_on_photos_must_be_the_townships_own(village: Village, tmp_path: Path) -> None:
    """Otherwise whoever has the stick could have a photo forgotten that never arrived."""
    photo = village.photograph()
    folder = tmp_path / "machine"
    csr = new_request(folder, DEVICE)
    machine = x509.load_pem_x509_certificate(authority.sign_csr(village.tls, csr, DEVICE))
    machine_key = load_pem_private_key((folder / "tls" / "device.key").read_bytes(), None)
    other = Village.__new__(Village)
    other.tls = tmp_path / "other"
    authority.create_ca(other.tls)
    authority.issue_server(other.tls, ["localhost"])
    honest = village.held(photo)
    forged = {
        "another photo than signed": village.held(b"p" * 32, photos=(photo,)),
        "another machine's": village.held(photo, device="sunset-1"),
        "of a machine's key": _held(machine_key, machine, (photo,)),
        "of another township": other.held(photo),
        "no signature": village.held(photo, signature=b"\x30\x00"),
        "no certificate": village.held(photo, certificate=b"\x30\x00"),
    }
    for name, word in forged.items():
        village.bring(("held", word))
        done = village.carry()
        assert [len(done.problems), done.photos_held, done.photos] == [1, 0, 1], name
    for wrong in (NOW - 10**12, NOW + 10**12):
        with pytest.raises(WireError, match="not valid now"):
            held.photos(honest, device=DEVICE, ca=village.tls / "ca.pem", now_ms=wrong)
    village.bring(("held", honest))
    assert village.carry().photos_held == 1
    assert village.lockd.pending == []


def test_a_machine_that_never_knew_a_network_keeps_its_photos(village: Village) -> None:
    photo = village.photograph()
    village.bring(("held", village.held(photo)))
    for ca, said in ((None, "names no [hub] ca"), (village.tls / "none.pem", "certificate")):
        village.ca = ca
        done = village.carry()
        assert (done.photos_held, done.photos) == (0, 1)
        assert [said in one.en for one in done.problems] == [True]


def test_every_kind_that_the_hub_may_write_is_taken() -> None:
    assert set(carrier.ORDER) == carried.KINDS["down"].keys()
