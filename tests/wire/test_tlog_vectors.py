"""Trees, proofs and notes, held against vectors that others made: see tests/vectors/tlog."""

import json
import struct
from base64 import b64decode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from wire.errors import WireError
from wire.tlog import checkpoint, note, proof, proof_file, tree

STRICTER = "additional/sizes-are-equal-one-and-proof-is-empty"
"""Its roots are words of 12 bytes, which others compare and we refuse: a hash has 32."""
FOLDER = Path(__file__).parents[1] / "vectors" / "tlog"


def load(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def decoded(texts: Sequence[str] | None) -> list[bytes]:
    return [b64decode(text or "") for text in texts or ()]


def accepts_inclusion(probe: dict[str, Any]) -> bool:
    leaf, root = decoded([probe["leafHash"], probe["root"]])
    path = decoded(probe["proof"])
    try:
        proof.verify_inclusion(leaf, probe["leafIdx"], probe["treeSize"], path, root)
    except WireError:
        return False
    return True


def accepts_consistency(probe: dict[str, Any]) -> bool:
    old_root, new_root = decoded([probe["root1"], probe["root2"]])
    path = decoded(probe["proof"])
    try:
        proof.verify_consistency(probe["size1"], probe["size2"], path, old_root, new_root)
    except WireError:
        return False
    return True


@pytest.mark.parametrize(("name", "probe"), load("inclusion").items())
def test_inclusion_proofs_are_judged_as_by_others(name: str, probe: dict[str, Any]) -> None:
    assert accepts_inclusion(probe) is not probe["wantErr"], probe["desc"]


@pytest.mark.parametrize(("name", "probe"), load("consistency").items())
def test_consistency_proofs_are_judged_as_by_others(name: str, probe: dict[str, Any]) -> None:
    refused = probe["wantErr"] or name == STRICTER
    assert accepts_consistency(probe) is not refused, probe["desc"]


def test_hashes_are_those_of_others() -> None:
    known = load("constants")
    nodes: dict[tuple[int, int], bytes] = {}

    def stored(level: int, index: int) -> bytes:
        return nodes[level, index]

    roots = [tree.EMPTY_ROOT]
    for size, data in enumerate(known["leaves"]):
        made = tree.new_nodes(size, tree.leaf_hash(bytes.fromhex(data)), stored)
        nodes.update({(level, index): value for level, index, value in made})
        roots.append(tree.root(size + 1, stored))
    assert [root.hex() for root in roots] == known["roots"]
    for level, row in enumerate(known["nodes"]):
        assert [nodes[level, index].hex() for index in range(len(row))] == row


def test_the_example_of_the_note_specification_opens() -> None:
    known = load("c2sp")
    key = note.verifier(known["vkey"])
    opened = note.open_note(known["note"].encode(), key)
    assert opened.text == b"This is an example message.\n"
    assert note.vkey(key.name, key.public) == known["vkey"]
    with pytest.raises(WireError):
        note.open_note(known["note"].replace("example message", "other message").encode(), key)


def test_the_example_of_the_cosignature_specification_has_its_time() -> None:
    known = load("c2sp")
    found = note.parse(known["cosigned"].encode())
    log, witness = found.signatures
    assert checkpoint.decode(found.text).origin == log.name
    assert (witness.name, len(witness.signature)) == ("witness.example.com/w1", 72)
    assert struct.unpack(">Q", witness.signature[:8]) == (known["cosigned_time"],)
    assert note.assemble(found.text, found.signatures) == known["cosigned"].encode()


@pytest.mark.parametrize(
    "vkey",
    [
        "logandmap+38581672+Ab/PCr1eCclRPRMBqw/r5An1xO71MCnImLiospEq6b4l",
        "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
    ],
)
def test_verifier_keys_in_use_elsewhere_are_read(vkey: str) -> None:
    found = note.verifier(vkey)
    assert note.vkey(found.name, found.public, found.alg) == vkey


@pytest.mark.parametrize(
    "vkey",
    [
        "bananas.sigstore.dev+12344556",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
        "rekor.sigstore.dev+12345678+AwEB",
        "logandmap+NOTHEX00+Ab/PCr1eCclRPRMBqw/r5An1xO71MCnImLiospEq6b4l",
        "logandmap+00000000+Ab/PCr1eCclRPRMBqw/r5An1xO71MCnImLiospEq6b4l",
    ],
)
def test_verifier_keys_that_others_refuse_are_refused(vkey: str) -> None:
    with pytest.raises(WireError):
        note.verifier(vkey)


def witness_posts() -> list[Any]:
    return [post for post in load("litewitness")["posts"] if post["status"] != 409]


@pytest.mark.parametrize("post", witness_posts())
def test_a_log_is_judged_as_by_a_witness(post: dict[str, Any]) -> None:
    """What another witness signed, refused as forged (403) or as inconsistent (422)."""
    known = load("litewitness")
    signed = [one for one in known["posts"] if one["status"] == 200]
    name = checkpoint.decode(note.parse(signed[0]["note"].encode()).text).origin
    log = note.verifier(note.vkey(name, bytes.fromhex(known["log_key"])))
    assert _judged(post, log, signed) == post["status"]


def _judged(post: dict[str, Any], log: note.Verifier, signed: list[Any]) -> int:
    try:
        head = checkpoint.open_checkpoint(post["note"].encode(), log)
    except WireError:
        return 403
    heads = [checkpoint.open_checkpoint(one["note"].encode(), log) for one in signed]
    old_root = next((one.root for one in heads if one.size == post["old"]), tree.EMPTY_ROOT)
    try:
        if post["old"]:
            path = decoded(post["proof"])
            proof.verify_consistency(post["old"], head.size, path, old_root, head.root)
    except WireError:
        return 422
    return 200


@pytest.mark.parametrize(
    "data",
    [
        b"wrong-header\nindex 0\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nextra !!notbase64!!\nindex 0\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"A" * 86 + b"==\n\ncheckpoint\n",
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"a" * 65 * 1024 + b"\n",
    ],
)
def test_proof_files_that_others_refuse_are_refused(data: bytes) -> None:
    with pytest.raises(WireError):
        proof_file.decode(data)


@pytest.mark.parametrize(
    "text",
    [
        b"Head\n9944\n",
        b"\n9944\ndGhlIHZpZXcgZnJvbSB0aGUgdHJlZSB0b3BzIGlzIGdyZWF0IQ==\n",
        b"Log\n123\nYmFuYW5hcw==",
        b"Log\nbananas\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n",
        b"Log\n-34\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n",
        b"Log\n3438945738945739845734895735\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n",
        b"Log\n123\nThisIsn'tBase64\n",
    ],
)
def test_checkpoints_that_others_refuse_are_refused(text: bytes) -> None:
    with pytest.raises(WireError):
        checkpoint.decode(text)
