"""`python -m docs.examples.make [FILE]`: print every worked example, or put them into FILE.

Calls `docs.examples` and `wire`. Nothing in it depends on the time or on chance: whoever runs it
gets what `docs/formats.md` shows, which a test demands.
"""

import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Final

from docs.examples import cast, site, stamp
from docs.examples.text import diagnostic, embed, hexadecimal
from wire import acceptance, carried, cbor, command, frames, messages, release, topics
from wire.approval import by_file, decision, exit_sheet, sm2
from wire.approval.by_file import SigningAnswer
from wire.approval.decision import APPROVAL, Approval
from wire.carried import Item, Manifest
from wire.messages import Status
from wire.provisioning import proof, token
from wire.record import entry, envelope
from wire.refusals import to_dict
from wire.sig import ALGORITHMS
from wire.tlog import cose_receipt, note, proof_file, submission, tiles, tree

MACHINE_TOML: Final = f"""\
device = "{cast.DEVICE}"

[county]
root = "root.json"
root_sha256 = "{bytes(32).hex()}"

[panel]
host = "127.0.0.1"
port = 8703
phone = "0577-0000000"

[hardware.press]
driver = "sim"

[hardware.camera]
driver = "sim"

[hub]
mqtt_host = "127.0.0.1"
mqtt_port = 8706
blobs = "https://127.0.0.1:8705"
enrol = "https://127.0.0.1:8707"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
"""


def examples() -> dict[str, str]:
    """Name → text, in the order in which the document explains them."""
    return {
        **_record(),
        **_approval(),
        **_log(),
        **_messages(),
        **_sockets(),
        **_files(),
        **_provisioning(),
        **_acceptance(),
        **_exit_sheet(),
        **_published(),
        "site.manifest": site.manifest().decode(),
        "site.key": site.VKEY,
        "site.signature": site.signature().decode(),
    }


def main(arguments: list[str]) -> int:
    """Exit status 0."""
    if arguments:
        path = Path(arguments[0])
        path.write_text(embed(path.read_text("utf-8"), examples()), "utf-8")
    else:
        print("\n\n".join(f"# {name}\n{text}" for name, text in examples().items()))
    return 0


def _record() -> dict[str, str]:
    payload = entry.encode(cast.FIRST)
    kid = cast.RECORD_KEY.kid
    return {
        "record.key": f"{cast.RECORD_KEY.public.hex()}\n{kid.hex()}",
        "record.sm2": "\n".join(_sm2()),
        "entry.payload": diagnostic(payload),
        "entry.payload.hex": hexadecimal(payload),
        "entry.sig-structure": hexadecimal(envelope.to_be_signed("EdDSA", kid, payload)),
        "entry.envelope": hexadecimal(cast.FIRST_ENVELOPE),
        "entry.hash": cast.FIRST_HASH.hex(),
        "entry.authorised": diagnostic(entry.encode(cast.SECOND)),
        "entry.authorised.envelope": hexadecimal(cast.SECOND_ENVELOPE),
        "entry.authorised.hash": cast.SECOND_HASH.hex(),
        "commitment.content": hexadecimal(_committed()),
        "commitment": str(cast.SECOND.body["operator"].hex()),
        "openings": diagnostic(cast.OPENINGS),
        "openings.hex": hexadecimal(cast.OPENINGS),
    }


def _sm2() -> tuple[str, str, str]:
    kid = cast.SM2_KEY.kid
    protected = cbor.encode({1: ALGORITHMS["SM2"], 4: kid})
    return cast.SM2_KEY.public.hex(), kid.hex(), protected.hex()


def _committed() -> bytes:
    one = cast.OPERATOR
    return cbor.encode(["sealctl/v1/authorised", one.field, one.salt, one.value])


def _approval() -> dict[str, str]:
    given, asserted = cast.approval(), cast.asserted()
    answer = SigningAnswer(cast.SUBJECT_HASH, cast.sm2_approval())
    return {
        "subject": diagnostic(cast.SUBJECT),
        "subject.hex": hexadecimal(cast.SUBJECT),
        "subject.hash": cast.SUBJECT_HASH.hex(),
        "challenge.content": diagnostic(_challenged("application", cast.SUBJECT_HASH, given)),
        "challenge.content.hex": hexadecimal(_challenged("application", cast.SUBJECT_HASH, given)),
        "challenge": decision.challenge_of("application", cast.SUBJECT_HASH, given).hex(),
        "approval.passkey": hexadecimal(cast.COSE_KEY),
        "approval.client-data": asserted.client_data.decode(),
        "approval.authenticator-data": asserted.authenticator_data.hex(),
        "approval.signature": hexadecimal(asserted.signature),
        "approval.sm2.signed": hexadecimal(sm2.to_be_signed(cast.CHALLENGE)),
        **_absence(),
        "by-file.answer": diagnostic(by_file.encode_answer(answer)),
        "approval.sm2": diagnostic(cbor.encode(APPROVAL.dump(cast.sm2_approval()))),
    }


def _absence() -> dict[str, str]:
    said = cast.signed_absence()
    digest = sha256(said.subject).digest()
    return {
        "absence": diagnostic(said.subject),
        "absence.hex": hexadecimal(said.subject),
        "absence.challenge.content": diagnostic(_challenged("absence", digest, said.approval)),
        "absence.challenge": decision.challenge_of("absence", digest, said.approval).hex(),
        "absence.signature": hexadecimal(cast.asserted(cast.ABSENCE_CHALLENGE).signature),
    }


def _challenged(kind: str, digest: bytes, given: Approval) -> bytes:
    return cbor.encode(
        {
            "v": 1,
            "kind": kind,
            "subject": digest,
            "step": given.step,
            "person": given.person,
            "decision": given.decision,
            "roster": given.roster,
        }
    )


def _log() -> dict[str, str]:
    hash_tile = b"".join(cast.LEAF_HASHES)
    receipt = cast.receipt()
    return {
        "list-leaf": diagnostic(cast.LIST_LEAF),
        "list-leaf.hex": hexadecimal(cast.LIST_LEAF),
        "list-leaf.hash": tree.leaf_hash(cast.LIST_LEAF).hex(),
        "log.vkey": cast.LOG_VKEY,
        "checkpoint": cast.head_note().decode(),
        "checkpoint.hex": hexadecimal(cast.head_note()),
        "tile.paths": f"{tiles.hash_path(0, 0, 3)}\n{tiles.entries_path(0, 3)}",
        "tile.hex": hexadecimal(hash_tile),
        "tile.entries.hex": hexadecimal(tiles.encode_entries(cast.LEAVES)),
        "proof": proof_file.encode(receipt).decode(),
        "proof.hex": hexadecimal(proof_file.encode(receipt)),
        **_witness(),
        "cose-receipt.sig-structure": hexadecimal(_signed_by_log()),
        "cose-receipt": hexadecimal(_cose_receipt()),
        "stamp.proof": stamp.file().decode(),
        "stamp.extra": diagnostic(proof_file.decode(stamp.file()).extra or b""),
        "stamp.hash": stamp.HASH.hex(),
        "stamp.number": stamp.NUMBER.spoken,
        "stamp.link": stamp.LINK,
    }


def _witness() -> dict[str, str]:
    asked = submission.encode(cast.submitted())
    return {
        "witness.vkey": cast.WITNESS_VKEY,
        "submission": asked.decode(),
        "submission.hex": hexadecimal(asked),
        "cosigned": cast.cosigned().decode(),
        "cosignatures": cast.cosigner_lines().decode(),
    }


def _signed_by_log() -> bytes:
    return cose_receipt.to_be_signed(note.verifier(cast.LOG_VKEY), cast.HEAD.root)


def _cose_receipt() -> bytes:
    log = note.verifier(cast.LOG_VKEY)
    signature = cast.LOG.sign(_signed_by_log())
    return cose_receipt.encode(cast.receipt(), cast.HEAD.size, log, signature)


def _messages() -> dict[str, str]:
    receipts = [(2, proof_file.encode(cast.receipt()))]
    made = {
        "entries": messages.encode_entries([cast.FIRST_ENVELOPE]),
        "openings": messages.encode_openings([cast.OPENINGS]),
        "status": messages.encode_status(Status(online=True, list=1, last=2, receipted=2)),
        "receipts": messages.encode_receipts(receipts),
    }
    names = [topics.up(cast.DEVICE, one) for one in topics.UP]
    names += [topics.down(cast.DEVICE, one) for one in topics.DOWN]
    answer = command.encode_answer(cast.ANSWER)
    texts = {f"message.{name}": hexadecimal(data) for name, data in made.items()}
    return {
        "topics": "\n".join(names),
        **texts,
        "message.status.diag": diagnostic(made["status"]),
        "command.payload": diagnostic(command.encode(cast.COMMAND)),
        "command.key": cast.public_of(cast.LIST_KEY).hex(),
        "command.envelope": hexadecimal(cast.COMMANDED),
        "command.sha256": command.name_of(cast.COMMANDED).hex(),
        "answer.payload": diagnostic(answer),
        "answer.envelope": hexadecimal(cast.signed(answer, cast.RECORD)),
    }


def _sockets() -> dict[str, str]:
    asked = {"id": 1, "verb": "choose", "args": {"grant": cast.SUBJECT_HASH}}
    done = {"id": 1, "ok": True, "result": {}}
    refused = {"id": 1, "ok": False, "error": to_dict("grant_spent")}
    return {
        "frame.request.diag": diagnostic(cbor.encode(asked)),
        "frame.request": hexadecimal(frames.pack(asked)),
        "frame.reply": hexadecimal(frames.pack(done)),
        "frame.refusal.diag": diagnostic(cbor.encode(refused)),
        "frame.refusal": hexadecimal(frames.pack(refused)),
    }


def _files() -> dict[str, str]:
    policy = {
        "root_sha256": bytes(32).hex(),
        "log": cast.LOG_VKEY,
        "witnesses": [],
        "quorum": 0,
        "max_age_s": 604_800,
    }
    return {
        "machine.toml": MACHINE_TOML.rstrip(),
        "inspector.policy": json.dumps(policy, indent=2),
        **_stick(),
    }


def _stick() -> dict[str, str]:
    """Both entries and the openings on a stick, and what the township signs about a photo."""
    files = {
        "entries": messages.encode_entries([cast.FIRST_ENVELOPE, cast.SECOND_ENVELOPE]),
        "openings": messages.encode_openings([cast.OPENINGS]),
    }
    items = tuple(Item(kind, len(data), sha256(data).digest()) for kind, data in files.items())
    up = carried.encode_manifest(Manifest(cast.DEVICE, "up", cast.FIRST.time.wall, items))
    paths = [f"sealctl/{cast.DEVICE}/up/{item.sha256.hex()}" for item in items]
    return {
        "stick.files": "\n".join([f"sealctl/{cast.DEVICE}/up/{carried.MANIFEST}", *paths]),
        "stick.manifest": diagnostic(up),
        "stick.manifest.hex": hexadecimal(up),
        "stick.held": hexadecimal(carried.to_be_signed(cast.DEVICE, (bytes(32),))),
    }


def _acceptance() -> dict[str, str]:
    payload = acceptance.encode(cast.ACCEPTANCE)
    sheet = cast.signed(payload, cast.RECORD)
    return {
        "acceptance.payload": diagnostic(payload),
        "acceptance.envelope": hexadecimal(sheet),
        "acceptance.sha256": sha256(sheet).hexdigest(),
        "acceptance.missing": "\n".join(
            f"{code} {about}".rstrip() for code, about in acceptance.missing(cast.ACCEPTANCE)
        ),
    }


def _exit_sheet() -> dict[str, str]:
    digest = sha256(cast.EXIT_SHEET).digest()
    asked = decision.challenge(exit_sheet.KIND, digest, "gives", "p-li", "approve", 1)
    return {
        "exit-sheet": diagnostic(cast.EXIT_SHEET),
        "exit-sheet.hex": hexadecimal(cast.EXIT_SHEET),
        "exit-sheet.hash": digest.hex(),
        "exit-sheet.challenge": asked.hex(),
    }


def _published() -> dict[str, str]:
    data = release.encode(cast.RELEASE)
    return {
        "release": diagnostic(data),
        "release.hex": hexadecimal(data),
        "release.sha256": release.name_of(data).hex(),
    }


def _provisioning() -> dict[str, str]:
    asked = proof.encode(cast.PROOF)
    return {
        "token": token.encode(cast.TOKEN),
        "token.bound": token.encode(cast.BOUND),
        "proof.payload": diagnostic(asked),
        "proof.envelope": hexadecimal(cast.signed(asked, cast.RECORD)),
    }


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
