"""Verifiers of the township's log that were not written here: Go's sumdb packages and openssl.

Both come from Debian. The Go program is built once and kept under var/.
"""

import os
import subprocess
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from wire.tlog import note

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "tests" / "support" / "go" / "verifylog" / "main.go"
PROGRAM = ROOT / "var" / "go" / "verifylog"
MISSING = "needs golang-go and golang-golang-x-mod-dev from Debian: `make test` installs them"


def go_accepts(folder: Path, vkey: str) -> tuple[bool, str]:
    """Whether Go's note and tlog accept checkpoint, leaves and tiles; and what it said."""
    done = subprocess.run(
        [str(_built()), str(folder), vkey], capture_output=True, text=True, check=False
    )
    return done.returncode == 0, done.stderr


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
    if PROGRAM.exists() and PROGRAM.stat().st_mtime > SOURCE.stat().st_mtime:
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
        ["go", "build", "-o", str(beside), str(SOURCE)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{MISSING}\n{done.stderr}"
    beside.replace(PROGRAM)
    return PROGRAM
