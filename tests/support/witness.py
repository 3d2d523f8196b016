"""A county's witness as a real process on a free port, and logs that ask it. Calls `county`.

`WitnessProcess.build(folder, vkey, …)` makes one that follows these logs; `start`, `kill` and
`stop` are its process; `url` is the submission prefix, `vkey` what a policy names. `Log` is a
small log in memory that can also lie.
"""

import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Self

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from county.cli import main
from county.witness.key import PUBLIC
from tests.support.broker import listening, until
from tests.support.ports import free_port
from wire.tlog import checkpoint, note, proof, submission, tree
from wire.tlog.checkpoint import Checkpoint
from wire.tlog.note import Signature
from wire.tlog.submission import Submission

NAME = "county.example/witness"
KEY = Ed25519PrivateKey.from_private_bytes(sha256(b"the test township's log").digest())


@dataclass
class WitnessProcess:
    """`state` holds its key and database; the process runs between `start` and `stop`."""

    state: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    def build(cls, folder: Path, *logs: str, name: str = NAME) -> Self:
        """A new witness in folder/witness that follows the logs of these vkeys, not started."""
        made = cls(folder / "witness", free_port())
        made.run("new", "--name", name)
        for log in logs:
            made.run("add-log", log)
        return made

    def run(self, verb: str, *arguments: str) -> None:
        """A command of `sealcounty witness`, also while it serves."""
        assert main(["witness", verb, "--state", str(self.state), *arguments]) == 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def vkey(self) -> str:
        return (self.state / PUBLIC).read_text("utf-8").strip()

    @property
    def log(self) -> Path:
        """What it said."""
        return self.state / "log"

    def start(self) -> None:
        """Returns once it answers."""
        listen = ["--listen", f"127.0.0.1:{self.port}", "--state", str(self.state)]
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "county.cli", "witness", "serve", *listen],
                stdout=out,
                stderr=out,
            )
        until(self._answers, f"the witness answers: {self.log}", seconds=30)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a power cut would, but for the disk."""
        self._end(signal.SIGKILL)

    def forks(self, folder: Path) -> None:
        """Print the evidence, and export it."""
        command = ["witness", "forks", "--state", str(self.state), "--export", str(folder)]
        assert main(command) == 1

    def connected(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def submit(self, body: bytes) -> httpx.Response:
        """One `add-checkpoint`, on a connection of its own."""
        return httpx.post(self.url + submission.PATH, content=body, timeout=10)

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text("utf-8")
        return (
            listening(self.port)
            and httpx.get(f"{self.url}/none/checkpoint").status_code == httpx.codes.NOT_FOUND
        )

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(15)
            self.process = None


@dataclass(frozen=True)
class Log:
    """A log of these leaf hashes; another one with the same key is a fork of it."""

    leaves: tuple[bytes, ...]
    key: Ed25519PrivateKey = KEY
    name: str = "town.example/log"

    @classmethod
    def of(cls, size: int, *, forked_at: int | None = None) -> Self:
        """Leaves 0 … size−1; from `forked_at` on they are others than every honest log's."""
        honest = size if forked_at is None else forked_at
        words = [f"{'leaf' if n < honest else 'lie'} {n}" for n in range(size)]
        return cls(tuple(tree.leaf_hash(one.encode()) for one in words))

    @property
    def vkey(self) -> str:
        return note.vkey(self.name, self.key.public_key().public_bytes_raw())

    def head(self, size: int) -> bytes:
        """The signed checkpoint of the first `size` leaves."""
        return self.sign(self.text(size))

    def text(self, size: int) -> bytes:
        return checkpoint.encode(Checkpoint(self.name, size, self.root(size)))

    def root(self, size: int) -> bytes:
        return tree.root_of(self.leaves[:size])

    def sign(self, text: bytes) -> bytes:
        verifier = note.verifier(self.vkey)
        line = Signature(verifier.name, verifier.key_id, self.key.sign(text))
        return note.assemble(text, [line])

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return tuple(proof.consistency(old, new, self._hash)) if 0 < old < new else ()

    def asks(self, old: int, new: int) -> bytes:
        """The body of an honest submission."""
        return submission.encode(Submission(old, self.proof(old, new), self.head(new)))

    def _hash(self, level: int, index: int) -> bytes:
        return tree.root_of(self.leaves[index << level : (index + 1) << level])
