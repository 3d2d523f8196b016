"""Who is told, of what, and how patiently: `[notices]` of hub.toml alone; no page names a target.

Calls `hub.config`, `hub.notices.{adapters,words}` and `hub.operate.kept`. Secrets lie in files of
their own that no backup holds, or in credentials of systemd, never in an address. No source gives
the hours: all are examples (示例).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from hub.config import Config, ConfigError
from hub.notices.adapters import KINDS as ADAPTERS
from hub.notices.adapters.model import Adapter
from hub.notices.words import KINDS
from hub.operate.kept import FOLDERS

BACKOFF_S: Final = (60, 300, 1_800, 7_200, 43_200)
LIST_H: Final = 24
TIMEOUT_S: Final = 10
MOST: Final = 7 * 86_400
FIELDS: Final = ("kind", "url", "secret_file", "credential", "events", "villages")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,19}")
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Target:
    """One other system; `events` and `villages` narrow what it is told, empty for all."""

    name: str
    kind: str
    host: str
    adapter: Adapter
    events: frozenset[str]
    villages: frozenset[str]

    def wants(self, kind: str, village: str) -> bool:
        return (not self.events or kind in self.events) and (
            not self.villages or village in self.villages
        )


@dataclass(frozen=True)
class Settings:
    """`backoff_s`: how long it is waited after each try that failed; after the last it is given
    up. A list that holds no more than `list_h` hours is told of.
    """

    targets: Mapping[str, Target]
    backoff_s: tuple[int, ...] = BACKOFF_S
    list_h: int = LIST_H
    timeout_s: int = TIMEOUT_S


def settings(config: Config) -> Settings:
    """Raises ConfigError, which names the setting and never a secret."""
    table = config.notices
    for name in table:
        if name not in ("targets", "backoff_s", "list_h", "timeout_s"):
            raise ConfigError(f"hub.toml: 没有 notices.{name}。 No such setting.")
    backoff = table.get("backoff_s", list(BACKOFF_S))
    if not isinstance(backoff, list) or not all(_fits(one, MOST) for one in backoff):
        raise ConfigError(f"hub.toml: notices.backoff_s 不对。 Expected [60, 300], 1…{MOST}.")
    numbers = {"list_h": (LIST_H, 1000), "timeout_s": (TIMEOUT_S, 60)}
    for name, (usual, most) in numbers.items():
        if not _fits(table.get(name, usual), most):
            raise ConfigError(f"hub.toml: notices.{name} 不对。 Expected 1…{most}.")
    targets = {
        name: _target(name, fields, config.state)
        for name, fields in table.get("targets", {}).items()
    }
    return Settings(
        targets, tuple(backoff), table.get("list_h", LIST_H), table.get("timeout_s", TIMEOUT_S)
    )


def _target(name: str, fields: Any, state: Path) -> Target:
    where = f"notices.targets.{name}"
    if not _NAME.fullmatch(name) or not isinstance(fields, dict):
        raise _wrong(where, "a name of a-z, 0-9 and -, 20 at most")
    for one in fields:
        if one not in FIELDS:
            raise _wrong(f"{where}.{one}", " ".join(FIELDS))
    if fields.get("kind") not in ADAPTERS:
        raise _wrong(f"{where}.kind", " ".join(ADAPTERS))
    chosen = ADAPTERS[fields["kind"]]
    url = _url(where, fields.get("url", chosen.url))
    lines = _secret(where, fields, state)
    try:
        adapter = chosen.make(url, lines)
    except ValueError as error:
        raise _wrong(f"{where}: secret", str(error)) from error
    events = _names(f"{where}.events", fields.get("events", []), KINDS)
    villages = _names(f"{where}.villages", fields.get("villages", []), None)
    return Target(name, fields["kind"], urlsplit(url).netloc, adapter, events, villages)


def _url(where: str, url: object) -> str:
    """Nothing secret in it, and encrypted unless it is this very computer."""
    parts = urlsplit(url) if isinstance(url, str) else urlsplit("")
    plain = parts.scheme == "http" and _is_here(parts.hostname or "")
    extra = parts.query or parts.fragment or parts.username or parts.password
    if (
        not isinstance(url, str)
        or not parts.hostname
        or extra
        or parts.scheme not in (("https", "http") if plain else ("https",))
    ):
        raise _wrong(f"{where}.url", "https://host/path without ?, # and @")
    return url


def _secret(where: str, fields: Mapping[str, Any], state: Path) -> list[str]:
    file, credential = fields.get("secret_file"), fields.get("credential")
    if (file is None) is (credential is None):
        raise _wrong(where, "one of secret_file, credential")
    path = state / str(file)
    if credential is not None:
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if not folder or not _CREDENTIAL.fullmatch(str(credential)):
            raise _wrong(f"{where}.credential", "a credential that systemd hands over")
        path = Path(folder) / str(credential)
    try:
        if credential is None and path.stat().st_mode & 0o077:
            raise _wrong(f"{where}.secret_file", f"mode 0600: {path}")
        if any(path.resolve().is_relative_to((state / one).resolve()) for one in FOLDERS):
            raise _wrong(f"{where}.secret_file", f"outside of {' '.join(FOLDERS)}: {path}")
        return path.read_text("ascii").split()
    except (OSError, ValueError) as error:
        raise _wrong(f"{where}.secret_file", f"a file that can be read: {path}") from error


def _names(where: str, value: object, known: Mapping[str, object] | None) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise _wrong(where, '["…"]')
    if known is not None and set(value) - known.keys():
        raise _wrong(where, " ".join(known))
    return frozenset(value)


def _fits(value: object, most: int) -> bool:
    return type(value) is int and 1 <= value <= most


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _wrong(setting: str, may: str) -> ConfigError:
    return ConfigError(f"hub.toml: {setting} 不对，应为：{may}。 {setting}: expected {may}.")
