"""An approver's own computer: his SM2 key as OpenSSL makes it, and the county's program.

Calls `openssl`, `county.cli` and `county.sm2_files`.
"""

import subprocess
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from county import sm2_files
from county.cli import main
from wire.lists.content import Sm2Key

PASSPHRASE = "not a secret"


@dataclass(frozen=True)
class Desk:
    """`folder` holds key.pem under a passphrase, and key.pub."""

    folder: Path
    patch: pytest.MonkeyPatch

    @classmethod
    def open(cls, folder: Path, patch: pytest.MonkeyPatch) -> "Desk":
        folder.mkdir(exist_ok=True)
        made = cls(folder, patch)
        made.openssl(
            "genpkey", "-algorithm", "SM2", "-aes-256-cbc", "-pass", made.word, "-out", made.key
        )
        made.key.chmod(0o600)
        made.openssl("pkey", "-in", made.key, "-passin", made.word, "-pubout", "-out", made.public)
        return made

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def public(self) -> Path:
        return self.folder / "key.pub"

    @property
    def word(self) -> str:
        return f"pass:{PASSPHRASE}"

    def listed(self, start_ms: int, end_ms: int) -> Sm2Key:
        return Sm2Key(sm2_files.of_public_key(self.public.read_bytes()), None, start_ms, end_ms)

    def certificate(self, *extensions: str, days: int = 365) -> Path:
        """One that the key signed itself; `extensions` as `openssl req -addext` takes them."""
        made = self.folder / "key.crt"
        more = [word for one in extensions for word in ("-addext", one)]
        self.openssl(
            "req", "-x509", "-new", "-sm3", "-key", self.key, "-passin", self.word,
            "-subj", "/CN=invented", "-days", days, *more, "-out", made,
        )  # fmt: skip
        return made

    def openssl(self, *arguments: object) -> None:
        words = ["openssl", *(str(one) for one in arguments)]
        subprocess.run(words, check=True, capture_output=True, timeout=60)

    def sealcounty(self, *words: object, typed: str = "") -> int:
        """Its exit status; `typed` is what comes from the keyboard."""
        self.patch.setattr("sys.stdin", StringIO(typed))
        return main([str(one) for one in words])

    def enrol(self, person: str, package: Path, witness: str = "jia") -> Path:
        made = self.folder / f"{person}.json"
        words = ("sm2", "enrol", person, made, "--witness", witness, "--key", self.key)
        assert self.sealcounty(*words, "--package", package, typed=f"{PASSPHRASE}\n") == 0
        return made

    def approve(
        self, file: Path, package: Path, typed: str = "同意", passphrase: str = PASSPHRASE
    ) -> tuple[int, Path]:
        """Exit status, and where the answer lies if there is one."""
        words = ("approve", file, "--key", self.key, "--package", package)
        return (
            self.sealcounty(*words, typed=f"{typed}\n{passphrase}\n"),
            file.with_suffix(".signed"),
        )
