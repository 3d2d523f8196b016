"""The files that provisioning leaves in a machine folder, each written whole and in an order that
can be cut anywhere: `machine.toml` late, the note of the spent token last.

Calls `sealctl.{config,toml_parts}` and `wire.provisioning`.
"""

import hashlib
import json
import os
import tomllib
from pathlib import Path
from typing import Any, Final

from sealctl.config import ConfigError, MachineConfig, load
from sealctl.toml_parts import Section, with_parts
from wire.provisioning import messages
from wire.provisioning.messages import Joined
from wire.provisioning.reasons import NotProvisioned
from wire.provisioning.token import JoinToken

OPEN: Final = 0o644
PRIVATE: Final = 0o600
NOBODY: Final = "nobody"
_BLANK: Final = Joined(b"", "", (), "hub.example", 8706, "https://hub.example:8705", "", None, 0)


class Installed:
    """One machine folder, named by its machine.toml, which need not be there yet."""

    def __init__(self, file: Path) -> None:
        self.file = file.resolve()
        self.folder = self.file.parent
        self.trial = self.folder / ".machine.toml.trial"

    def draft(self, device: str, root_sha256: bytes, hardware: Path | None) -> str:
        """The lines of machine.toml that a person wrote: from the file itself, or from `hardware`
        before there is one. Raises NotProvisioned where no machine could start by them.

        `trial` then lies beside it: the same with the township's part made up, for whoever needs a
        configuration before there is one. `install` removes it.
        """
        source = self._source(hardware)
        self._refuse_other(source, device)
        self._tried(source, device, root_sha256)
        return source

    def parts(self, hardware: Path | None) -> MachineConfig:
        """The parts that those lines name, before it is known for which device; leaves nothing."""
        source = self._source(hardware)
        try:
            return self._tried(source, NOBODY, bytes(32))
        finally:
            self.trial.unlink(missing_ok=True)

    def pinned_root(self) -> bytes | None:
        """The hash of the county root that this machine follows already."""
        county = self._document().get("county")
        digest = county.get("root_sha256") if isinstance(county, dict) else None
        try:
            return bytes.fromhex(digest) if isinstance(digest, str) else None
        except ValueError as error:
            raise NotProvisioned("machine_toml", f"county.root_sha256: {error}") from error

    def joined_by(self, token: JoinToken) -> bool:
        """Whether this token's answer was installed to the end."""
        note = self._note()
        return note.exists() and note.read_text("ascii").strip() == token.name.hex()

    def joining_key(self, token: JoinToken) -> Path:
        """Where the TLS key of this attempt is made and found again."""
        return self.folder / "tls" / "joining" / f"{token.name.hex()[:16]}.key"

    def install(
        self,
        token: JoinToken,
        joined: Joined,
        *,
        ca: bytes,
        root: bytes,
        hub: str,
        key: Path,
        draft: str,
    ) -> None:
        """Everything, in an order in which each step may be the last."""
        tls = self.folder / "tls"
        write(self.folder / "root.json", root, OPEN)
        if joined.predecessor is not None:
            write(self.folder / "predecessor.cbor", messages.encode(joined.predecessor), OPEN)
        write(tls / "ca.pem", ca, OPEN)
        write(tls / "device.key", key.read_bytes(), PRIVATE)
        write(tls / "device.pem", joined.certificate, OPEN)
        for name in ("device.pem", "ca.pem"):
            (tls / "renewed" / name).unlink(missing_ok=True)
        parts = _sections(joined, hub, hashlib.sha256(root).digest())
        write(self.file, with_parts(draft, token.device, parts).encode(), OPEN)
        write(self._note(), token.name.hex().encode(), OPEN)
        key.unlink(missing_ok=True)
        self.trial.unlink(missing_ok=True)

    def keep_public(self, alg: str, public_key: bytes) -> None:
        """What the officers' list has to name, to be shown again."""
        said = {"alg": alg, "public_key": public_key.hex()}
        write(self.folder / "record-key.json", json.dumps(said).encode(), OPEN)

    def public(self) -> dict[str, str]:
        """`alg` and `public_key` (hex) of the record key."""
        try:
            found = json.loads((self.folder / "record-key.json").read_text("utf-8"))
            return {name: str(found[name]) for name in ("alg", "public_key")}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotProvisioned("not_joined", f"record-key.json: {error}") from error

    def officers_line(self, device: str) -> str:
        """What the officers have to enter, in one line."""
        key = self.public()
        return f"device {device}, alg {key['alg']}, public_key {key['public_key']}"

    def _tried(self, source: str, device: str, root_sha256: bytes) -> MachineConfig:
        text = with_parts(source, device, _sections(_BLANK, "https://hub.example:1", root_sha256))
        try:
            write(self.trial, text.encode(), PRIVATE)
            return load(self.trial)
        except (ConfigError, OSError) as error:
            self.trial.unlink(missing_ok=True)
            raise NotProvisioned("machine_toml", str(error)) from error

    def _note(self) -> Path:
        return self.folder / "tls" / "joined"

    def _source(self, hardware: Path | None) -> str:
        chosen = self.file if self.file.exists() else hardware
        if chosen is None:
            raise NotProvisioned("machine_toml", f"{self.file}: no such file, and no --hardware")
        try:
            return chosen.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotProvisioned("machine_toml", f"{chosen}: {error}") from error

    def _document(self, source: str | None = None) -> dict[str, Any]:
        if source is None:
            source = self.file.read_text("utf-8") if self.file.exists() else ""
        try:
            return tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            raise NotProvisioned("machine_toml", str(error)) from error

    def _refuse_other(self, source: str, device: str) -> None:
        named = self._document(source).get("device", device)
        if named != device:
            raise NotProvisioned(
                "token_other_device", f"this folder is {named}'s, the token {device}'s"
            )


def write(path: Path, data: bytes, mode: int) -> None:
    """Whole or not at all, on disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, mode)
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sections(joined: Joined, hub: str, root_sha256: bytes) -> dict[str, Section]:
    return {
        "county": {"root": "root.json", "root_sha256": root_sha256.hex()},
        "hub": {
            "mqtt_host": joined.mqtt_host,
            "mqtt_port": joined.mqtt_port,
            "blobs": joined.blobs,
            "enrol": hub,
            "ca": "tls/ca.pem",
            "certificate": "tls/device.pem",
            "key": "tls/device.key",
        },
    }
