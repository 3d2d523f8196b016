"""docs/formats.md shows what the code makes, and what it makes verifies."""

import json
import re
import tomllib
from dataclasses import fields, replace
from hashlib import sha256
from importlib import import_module
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scitt_cose import verify_receipt

from docs.examples import cast, make, site, stamp, text
from inspector.policy import read_policy
from sealctl.config import load as load_machine
from sync.config import load as load_sync
from wire import (
    acceptance,
    carried,
    cbor,
    command,
    frames,
    messages,
    release,
    site_manifest,
    stamp_code,
    stamp_proof,
    topics,
)
from wire.approval import absence, assertion, decision, sm2
from wire.lists import later
from wire.record import commitment, entry, envelope, kinds
from wire.record.chain import check_next
from wire.sig import PublicKey
from wire.tlog import checkpoint, cosignature, note, proof_file, submission, tiles, tree
from wire.tlog.proof import verify_consistency

DOCUMENT = Path(make.__file__).parents[1] / "formats.md"
TEXT = DOCUMENT.read_text("utf-8")
TABLES = re.findall(r"<!-- fields: ([\w.]+) -->\n((?:\|.*\n)+)", TEXT)
KINDS = re.findall(r"<!-- kinds -->\n((?:\|.*\n)+)", TEXT)


@pytest.mark.parametrize("name", text.blocks(TEXT))
def test_every_block_is_what_the_code_makes_now(name: str) -> None:
    assert text.blocks(TEXT)[name] == make.examples()[name].rstrip()


def test_no_block_of_bytes_stands_outside_the_examples() -> None:
    named = [f"<!-- example: {name} -->" for name in text.blocks(TEXT)]
    assert len(named) == TEXT.count("```") / 2


def test_making_the_document_again_changes_nothing() -> None:
    assert text.embed(TEXT, make.examples()) == TEXT


def test_every_example_is_shown() -> None:
    assert make.examples().keys() == text.blocks(TEXT).keys()


@pytest.mark.parametrize(("name", "table"), TABLES)
def test_a_table_names_the_fields_of_its_type(name: str, table: str) -> None:
    module, _, kind = name.rpartition(".")
    known = [one.name for one in fields(getattr(import_module(module), kind))]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == known


def test_the_table_of_later_fields_names_them_all() -> None:
    table = TEXT.split("<!-- later -->\n")[1].split("\n\n")[0]
    shown = re.findall(r"^\| (\w+) `(\w+)` \|", table, re.MULTILINE)
    assert shown == [(form, name) for form, known in later.LATER.items() for name in known]


def test_the_table_of_kinds_names_every_field_of_every_body() -> None:
    rows = [line.split("|") for line in KINDS[0].splitlines()[2:]]
    shown = {row[1].strip(" `"): _fields_shown(row[2]) for row in rows}
    assert shown == {kind: _fields_known(kind) for kind in kinds.KINDS}


def test_the_entries_verify_and_follow_one_another() -> None:
    first = entry.open_entry(_bytes("entry.envelope"), cast.RECORD_KEY)
    second = entry.open_entry(_bytes("entry.authorised.envelope"), cast.RECORD_KEY)
    check_next(first, device=cast.DEVICE, seq=0, prev=entry.NO_PREV)
    check_next(second, device=cast.DEVICE, seq=1, prev=_bytes("entry.hash"))
    assert envelope.parse(_bytes("entry.envelope")).payload == _bytes("entry.payload.hex")


def test_the_openings_open_the_entry() -> None:
    opened = commitment.decode(_bytes("openings.hex"))
    body = entry.decode(envelope.parse(_bytes("entry.authorised.envelope")).payload).body
    assert opened.entry == _bytes("entry.authorised.hash")
    for one in opened.openings:
        commitment.check("authorised", body, one)


def test_the_acceptance_sheet_verifies_and_cites_the_entries_that_are_shown() -> None:
    sheet = _bytes("acceptance.envelope")
    made = acceptance.verify(sheet, (cast.RECORD_KEY,))
    assert sha256(sheet).digest() == _bytes("acceptance.sha256")
    assert (made.boot.entry, made.last.entry) == (
        _bytes("entry.hash"),
        _bytes("entry.authorised.hash"),
    )


def test_the_release_reads_back_under_its_name() -> None:
    data = _bytes("release.hex")
    assert release.decode(data) == cast.RELEASE
    assert release.name_of(data) == _bytes("release.sha256")


def test_the_approval_holds() -> None:
    found = text.blocks(TEXT)
    shown = assertion.Assertion(
        cast.CREDENTIAL,
        _bytes("approval.authenticator-data"),
        found["approval.client-data"].encode(),
        _bytes("approval.signature"),
    )
    assertion.verify(
        shown,
        challenge=_bytes("challenge"),
        public_key=_bytes("approval.passkey"),
        rp_id=cast.RP_ID,
        origins=[cast.ORIGIN],
    )


def test_the_statement_of_absence_holds() -> None:
    said = cast.signed_absence()
    digest = sha256(_bytes("absence.hex")).digest()
    assert isinstance(said.approval.proof, assertion.Assertion)
    assert absence.decode(_bytes("absence.hex")).person == said.approval.person
    assert decision.challenge_of("absence", digest, said.approval) == _bytes("absence.challenge")
    assertion.verify(
        replace(said.approval.proof, signature=_bytes("absence.signature")),
        challenge=_bytes("absence.challenge"),
        public_key=_bytes("approval.passkey"),
        rp_id=cast.RP_ID,
        origins=[cast.ORIGIN],
    )


def test_the_approval_by_sm2_holds() -> None:
    assert _bytes("approval.sm2.signed") == sm2.to_be_signed(_bytes("challenge"))
    public, kid, _ = text.blocks(TEXT)["record.sm2"].splitlines()
    signature = re.findall(r"[0-9a-f]{128}", text.blocks(TEXT)["approval.sm2"])
    given = sm2.Sm2Signature(bytes.fromhex(kid), bytes.fromhex(signature[0]))
    sm2.verify(given, challenge=_bytes("challenge"), public_key=bytes.fromhex(public))


def test_the_table_of_approvals_names_the_fields_of_both_forms() -> None:
    table = TEXT.split("<!-- approval -->\n")[1].split("\n\n")[0]
    both = [decision.APPROVAL.dump(one) for one in (cast.approval(), cast.sm2_approval())]
    known = {name for one in both if isinstance(one, dict) for name in one}
    assert set(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == known


def test_the_receipt_proves_the_entry_under_the_shown_key() -> None:
    log = note.verifier(text.blocks(TEXT)["log.vkey"])
    receipt = proof_file.decode(_bytes("proof.hex"))
    leaf = _bytes("entry.authorised.hash")
    head = proof_file.verify(receipt, leaf, log=log, witnesses=[], quorum=0)
    assert (head.size, receipt.checkpoint) == (3, _bytes("checkpoint.hex"))


def test_the_witness_is_asked_and_answers_as_the_code_would() -> None:
    found = text.blocks(TEXT)
    asked = submission.decode(_bytes("submission.hex"))
    head = checkpoint.open_checkpoint(asked.checkpoint, note.verifier(found["log.vkey"]))
    leaves = tiles.decode_entries(_bytes("tile.entries.hex"))
    older = tree.root_of([tree.leaf_hash(leaf) for leaf in leaves[: asked.old]])
    verify_consistency(asked.old, head.size, asked.proof, older, head.root)
    whole = note.parse(asked.checkpoint + found["cosignatures"].encode() + b"\n")
    witness = note.verifier(found["witness.vkey"])
    assert cosignature.count(whole, [witness]) == [int(found["cosigned"].split()[2])]


def test_the_stamps_proof_file_and_number_and_link_are_of_one_stamp() -> None:
    found = text.blocks(TEXT)
    log = note.verifier(found["log.vkey"])
    proof, parts = stamp_proof.decode(f"{found['stamp.proof']}\n".encode())
    head = proof_file.verify(proof, _bytes("stamp.hash"), log=log, witnesses=[], quorum=0)
    assert (head.size, proof.index, parts) == (4, 3, stamp.parts())
    stamped = entry.open_entry(parts.stamped, cast.RECORD_KEY)
    assert (
        entry.open_entry(parts.authorised.entry, cast.RECORD_KEY).seq == stamped.body["authorised"]
    )
    code = stamp_code.parse(found["stamp.number"].replace(" ", ""))
    assert code == stamp_code.StampCode.of(stamp.TOWNSHIP, _bytes("stamp.hash"))
    assert found["stamp.link"] == stamp_code.link(cast.ORIGIN, code.township, _bytes("stamp.hash"))


def test_the_cose_receipt_is_accepted_elsewhere() -> None:
    public = cast.LOG.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    entry_hex = _bytes("entry.authorised.envelope").hex()
    found = verify_receipt(
        _bytes("cose-receipt"), leaf_entry_hex=entry_hex, log_public_key_pem=public
    )
    assert (found.ok, found.leaf_index, found.issuer) == (True, 2, cast.LOG_NAME)


def test_the_signed_list_of_public_files_is_that_keys() -> None:
    found = text.blocks(TEXT)
    manifest, signature = (
        f"{found[f'site.{one}']}\n".encode() for one in ("manifest", "signature")
    )
    verifier = note.verifier(found["site.key"])
    assert site_manifest.opened(site.PATH, manifest, signature, verifier) == site.FILES


def test_the_tiles_hold_the_leaves() -> None:
    leaves = tiles.decode_entries(_bytes("tile.entries.hex"))
    hashes = b"".join(envelope.entry_hash(leaf) for leaf in leaves)
    assert leaves[0] == _bytes("list-leaf.hex")
    assert hashes == _bytes("tile.hex")


def test_the_messages_read_back() -> None:
    assert messages.decode_entries(_bytes("message.entries")) == (_bytes("entry.envelope"),)
    assert messages.decode_openings(_bytes("message.openings")) == (_bytes("openings.hex"),)
    assert messages.decode_receipts(_bytes("message.receipts")) == ((2, _bytes("proof.hex")),)
    assert messages.decode_status(_bytes("message.status")).online
    assert [topics.parse(one).device for one in text.blocks(TEXT)["topics"].split()] == [
        cast.DEVICE
    ] * 7


def test_the_command_and_its_answer_verify() -> None:
    data, key = _bytes("command.envelope"), PublicKey("EdDSA", _bytes("command.key"))
    before = cast.COMMAND.number - 1
    asked, _ = command.judge(data, keys=[key], device=cast.DEVICE, used=lambda _: before)
    given = command.open_answer(_bytes("answer.envelope"), cast.RECORD_KEY)
    assert (given.command, given.number) == (_bytes("command.sha256"), asked.number)
    assert given.command == command.name_of(data)


def test_the_stick_holds_the_entries_and_the_openings() -> None:
    manifest = carried.decode_manifest(_bytes("stick.manifest.hex"))
    shown = [messages.encode_entries(_envelopes()), messages.encode_openings([cast.OPENINGS])]
    hashes = [sha256(data).digest() for data in shown]
    assert [item.sha256 for item in manifest.items] == hashes
    folder = f"sealctl/{cast.DEVICE}/up"
    names = [carried.MANIFEST, *(one.hex() for one in hashes)]
    assert text.blocks(TEXT)["stick.files"].split() == [f"{folder}/{name}" for name in names]


@pytest.mark.parametrize("name", ["frame.request", "frame.reply", "frame.refusal"])
def test_the_frames_are_whole(name: str) -> None:
    data = _bytes(name)
    assert frames.unpack_length(data[: frames.HEADER]) == len(data) - frames.HEADER
    cbor.decode(data[frames.HEADER :])


def test_machine_and_courier_read_the_configuration(tmp_path: Path) -> None:
    path = tmp_path / "machine.toml"
    path.write_text(text.blocks(TEXT)["machine.toml"], "utf-8")
    assert load_machine(path).device == load_sync(path).device == cast.DEVICE
    assert tomllib.loads(path.read_text("utf-8")).keys() == {
        *("device", "county", "panel", "hardware", "hub")
    }


def test_the_inspector_reads_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "policy.json"
    path.write_text(text.blocks(TEXT)["inspector.policy"], "utf-8")
    assert read_policy(path).log_key == json.loads(path.read_text("utf-8"))["log"]


def _envelopes() -> list[bytes]:
    return [_bytes("entry.envelope"), _bytes("entry.authorised.envelope")]


def _bytes(name: str) -> bytes:
    return bytes.fromhex("".join(text.blocks(TEXT)[name].split()))


def _fields_shown(cell: str) -> set[str]:
    counters = {"unlatches", "presses"} if "…" in cell else set()
    return {*re.findall(r"`(\w+)`", cell), *counters}


def _fields_known(kind: str) -> set[str]:
    return set(kinds._FIELDS[kind])
