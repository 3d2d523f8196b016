"""A new hub: its state folder with keys, certificates, configuration and an empty database.

Calls `hub.devices.ca`, `hub.hotline.{limits,vault}`, `hub.log.keys`, `hub.relief.keys` and `wire`.
Nothing that exists is overwritten.
"""

import os
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from hub.config import (
    BLOBS_PORT,
    DEFAULT_LOG_NAME,
    ENROL_PORT,
    FILE,
    HUB_DAYS,
    MACHINE_DAYS,
    SITE_KEY,
    ConfigError,
    Origins,
)
from hub.devices import ca
from hub.hotline import limits, vault
from hub.log.keys import LogKey
from hub.relief import keys as relief
from wire import shape
from wire.provisioning.token import ADDRESS

LIFETIME_S: Final = 72 * 3600


class InitError(Exception):
    """The folder cannot become a hub's, or the pin cannot be set; the text says why."""


@dataclass(frozen=True)
class NewHub:
    """What the county and the machines need to know of a new hub."""

    log_vkey: str
    list_public: Path
    ca: Path


def initialise(
    state: Path,
    *,
    origins: Origins,
    rp_id: str = "hub.localhost",
    broker_host: str = "127.0.0.1",
    broker_port: int = 8706,
    names: tuple[str, ...] = ("localhost", "127.0.0.1"),
    log_name: str = DEFAULT_LOG_NAME,
    lifetime_s: int = LIFETIME_S,
    township: int = 1,
    enrol: str | None = None,
    blobs: str | None = None,
    hotline: str | None = None,
    database: Callable[[Path], None] | None = None,
) -> NewHub:
    """Make the hub; `names` are host names of broker and blob site. Raises InitError.

    `enrol` and `blobs` are where machines find these sites (https://host:port), by default beside
    the broker; `hotline` where villagers find theirs, without which none is opened. `database`
    makes the empty one in that folder, by default with `sealhub migrate`.
    """
    _check_addresses(enrol, blobs)
    _check_hotline(hotline)
    state = state.absolute()
    if (state / FILE).exists():
        raise InitError(f"{state}: 已经是一个镇平台。 This is a hub already.")
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("log", "list", "site"):
        new_key(state / "keys" / f"{name}.pem")
    relief.ensure(state)
    _write(state / "secret.key", secrets.token_urlsafe(50).encode(), 0o600)
    tls = state / "tls"
    ca.create_ca(tls)
    ca.issue_server(tls, list(names))
    for name in (ca.INGEST, ca.WORK):
        ca.issue_client(tls, name)
    (state / "public" / "log").mkdir(parents=True)
    vault.new_key(state / vault.NAME)
    text = toml(origins, rp_id, broker_host, broker_port, log_name, lifetime_s, township)
    text += _machines(
        enrol or f"https://{broker_host}:{ENROL_PORT}",
        blobs or f"https://{broker_host}:{BLOBS_PORT}",
    )
    text += "" if hotline is None else f'\n[hotline]\norigin = "{hotline}"\n'
    _write(state / FILE, text.encode(), 0o600)
    (database or _migrate)(state)
    return NewHub(
        LogKey.load(log_name, state / "keys" / "log.pem").vkey,
        state / "keys" / "list.pem.pub",
        tls / "ca.pem",
    )


def pin_root(state: Path, sha256: bytes) -> None:
    """Trust a county's first root from now on, by its hash from the county's own medium.

    Raises InitError where another one is pinned.
    """
    path = state / FILE
    text = path.read_text("utf-8")
    pinned = tomllib.loads(text).get("county", {}).get("root_sha256")
    if pinned == sha256.hex():
        return
    if pinned is not None or len(sha256) != 32:
        raise InitError("已钉住另一个县级根，或不是 SHA-256。 Another county root is pinned.")
    beside = path.with_suffix(".new")
    _write(beside, f'{text}\n[county]\nroot_sha256 = "{sha256.hex()}"\n'.encode(), 0o600)
    beside.replace(path)


def new_key(path: Path) -> None:
    """An Ed25519 key in a new file, beside it <file>.pub; raises InitError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    _write(path.with_name(path.name + ".pub"), public, 0o644)


def toml(
    origins: Origins,
    rp_id: str = "hub.localhost",
    host: str = "127.0.0.1",
    port: int = 8706,
    log_name: str = DEFAULT_LOG_NAME,
    lifetime_s: int = LIFETIME_S,
    township: int = 1,
) -> str:
    """The text of hub.toml."""
    return f"""\
[origins]
staff = "{origins.staff}"
public = "{origins.public}"
county = "{origins.county}"

[login]
rp_id = "{rp_id}"

[broker]
host = "{host}"
port = {port}
ca = "tls/ca.pem"
ingest_cert = "tls/{ca.INGEST}.pem"
ingest_key = "tls/{ca.INGEST}.key"
work_cert = "tls/{ca.WORK}.pem"
work_key = "tls/{ca.WORK}.key"

[log]
name = "{log_name}"

[keys]
log = "keys/log.pem"
list = "keys/list.pem"
site = "{SITE_KEY}"

[list]
lifetime_s = {lifetime_s}

[disclosure]
township = {township}
"""


def _check_addresses(*given: str | None) -> None:
    for one in given:
        try:
            shape.maybe(ADDRESS).load(one)
        except shape.ShapeError as error:
            raise InitError(f"{one}: 应为 https://主机:端口。 {error}.") from error


def _check_hotline(origin: str | None) -> None:
    try:
        limits.read({} if origin is None else {"origin": origin})
    except ConfigError as error:
        raise InitError(str(error)) from error


def _machines(enrol: str, blobs: str) -> str:
    return f"""
[machines]
enrol = "{enrol}"
blobs = "{blobs}"
machine_days = {MACHINE_DAYS}
hub_days = {HUB_DAYS}
"""


def _migrate(state: Path) -> None:
    """In a process of its own: Django reads its settings once."""
    command = [sys.executable, "-m", "hub.cli", "migrate"]
    env = {**os.environ, "SEALHUB_STATE": str(state)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise InitError(f"数据库没有建成。 The database was not made.\n{done.stderr}")


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError as error:
        raise InitError(f"{path}: 已存在，不覆盖。 It exists and is not overwritten.") from error
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
