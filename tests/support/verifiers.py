"""Verifiers of the township's log that were not written here: Go's, openssl's, npm's.

Go's sumdb packages and openssl come from Debian; the Go program is built once and kept under var/.
npm's `@auth0/cose` and `@sigstore/verify` lie under var/node, where `scripts/setup test` puts them.
"""

import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wire.tlog import note

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "tests" / "support" / "go" / "verifylog").glob("*.go"))
PROGRAM = ROOT / "var" / "go" / "verifylog"
MISSING = "needs golang-go and golang-golang-x-mod-dev from Debian: `make test` installs them"
NODE = ROOT / "var" / "node"
NODE_PROGRAM = ROOT / "tests" / "support" / "node" / "verify.mjs"
NODE_MISSING = "needs node and npm, and their packages under var/node: `make test` installs them"


def go_accepts(folder: Path, vkey: str, witnesses: Sequence[str] = ()) -> tuple[bool, str]:
    """Whether Go's note and tlog accept checkpoint, leaves and tiles; and what it said.

    Each of those witnesses (verifier keys) must have cosigned the checkpoint.
    """
    done = subprocess.run(
        [str(_built()), str(folder), vkey, *witnesses], capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stderr


def node_refuses(questions: Sequence[Mapping[str, object]]) -> list[str | None]:
    """For each question (see verify.mjs; bytes as they are) None if it is accepted, or why not."""
    asked = json.dumps(questions, default=lambda data: b64encode(data).decode())
    assert (NODE / "node_modules").is_dir(), NODE_MISSING
    done = subprocess.run(
        ["node", str(NODE_PROGRAM), str(NODE)],
        input=asked,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{NODE_MISSING}\n{done.stderr}"
    said: list[str | None] = json.loads(done.stdout)
    return said


def openssl_accepts(folder: Path, vkey: str, scratch: Path) -> bool:
    """Whether openssl verifies the checkpoint's Ed25519 signature."""
    verifier = note.verifier(vkey)
    found = note.parse((folder / "checkpoint").read_bytes())
    signature = next(one for one in found.signatures if one.key_id == verifier.key_id)
    public = Ed25519PublicKey.from_public_bytes(verifier.public)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for name, data in (("key", pem), ("text", found.text), ("sig", signature.signature)):
        (scratch / name).write_bytes(data)
    command = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin"]
    files = ["-inkey", "key", "-in", "text", "-sigfile", "sig"]
    done = subprocess.run([*command, *files], cwd=scratch, capture_output=True, check=False)
    return done.returncode == 0


def _built() -> Path:
    changed = max(source.stat().st_mtime for source in SOURCES)
    if PROGRAM.exists() and PROGRAM.stat().st_mtime > changed:
        return PROGRAM
    PROGRAM.parent.mkdir(parents=True, exist_ok=True)
    beside = PROGRAM.with_suffix(f".{os.getpid()}")
    environment = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(PROGRAM.parent / "cache"),
        "GOFLAGS": "",
    }
    done = subprocess.run(
        ["go", "build", "-o", str(beside), *map(str, SOURCES)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{MISSING}\n{done.stderr}"
    beside.replace(PROGRAM)
    return PROGRAM
