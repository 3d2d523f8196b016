"""hub.toml: the hub's addresses, broker and keys.

Calls `wire.provisioning.token`, and Django's settings for the folder.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from wire.provisioning.token import ADDRESS

FILE = "hub.toml"
UNDER_WAY = "restoring.json"
"""In the state folder until a restore has put all files in place."""
DEFAULT_LOG_NAME = "township.localhost/log"
BLOBS_PORT = 8705
ENROL_PORT = 8707
MACHINE_DAYS = 365
HUB_DAYS = 2 * 365
LONGEST_DAYS = 5 * 365
SITE_KEY = "keys/site.pem"
LOGS = ("text", "json")
BACKUP_HOURS = 26
"""Example: a backup each night, and two hours for it to be made."""
DUTY_HOUR = 8


class ConfigError(ValueError):
    """hub.toml cannot be used; the text says why, in Chinese and English."""


@dataclass(frozen=True)
class Origins:
    """Where people reach the sites, as scheme://host[:port]."""

    staff: str
    public: str
    county: str


@dataclass(frozen=True)
class Broker:
    """How ingest and work reach the broker; the files stand in the state folder."""

    host: str
    port: int
    ca: Path
    ingest_cert: Path
    ingest_key: Path
    work_cert: Path
    work_key: Path


@dataclass(frozen=True)
class MachineSites:
    """Where machines find the township besides its broker, and how long certificates hold."""

    enrol: str
    blobs: str
    machine_days: int
    hub_days: int


@dataclass(frozen=True)
class Config:
    """One hub. `log_key`, `list_key` and `site_key` are PEM files; a list holds for `lifetime_s`
    seconds.

    `log_name` is the log's origin; `root_sha256` pins the county's first root, None until then;
    `township` is the number (1 to 99) that the county's page knows this township by;
    `backup_hours`: an older newest backup is a trouble; `logs`: one of LOGS;
    `witnesses` are the addresses of the county's witnesses by the names of their keys, `alarms`,
    `affairs`, `applications`, `cases`, `daily`, `fleet`, `hotline`, `login`, `registers`, `relief`
    and `searches` what differs from the usual limits (`limits` in each reads it), `port`
    (`hub.api.limits`), `notices` (`hub.notices.settings`), `site` (`hub.site.settings`) and
    `retain` (`hub.audit.periods`) likewise. A day's duty begins at `duty_hour` o'clock.
    """

    state: Path
    origins: Origins
    rp_id: str
    broker: Broker
    machines: MachineSites
    log_key: Path
    list_key: Path
    site_key: Path
    lifetime_s: int
    log_name: str
    root_sha256: bytes | None
    township: int
    witnesses: Mapping[str, str]
    backup_hours: int
    logs: str
    alarms: Mapping[str, Any]
    daily: Mapping[str, Any]
    applications: Mapping[str, Any]
    fleet: Mapping[str, Any]
    cases: Mapping[str, Any]
    searches: Mapping[str, Any]
    registers: Mapping[str, Any]
    hotline: Mapping[str, Any]
    affairs: Mapping[str, Any]
    relief: Mapping[str, Any]
    port: Mapping[str, Any]
    notices: Mapping[str, Any]
    site: Mapping[str, Any]
    login: Mapping[str, Any]
    retain: Mapping[str, Any]
    duty_hour: int

    @property
    def hotline_origin(self) -> str:
        """Where people reach the hotline; a hub that does not say so has none."""
        return str(self.hotline.get("origin", ""))


def config() -> Config:
    """The configuration in the state folder; raises FileNotFoundError before `sealhub init`."""
    return read(Path(settings.STATE))


def read(state: Path) -> Config:
    """The configuration in that folder; raises ConfigError, FileNotFoundError where none is."""
    file = state / FILE
    changed = file.stat().st_mtime_ns
    try:
        return _read(state, changed)
    except KeyError as error:
        raise ConfigError(f"{file}: 缺少 {error}。 {error} is missing.") from error
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{file}: 配置文件不能读取。 Cannot be read: {error}") from error


@lru_cache(maxsize=8)
def _read(state: Path, _changed: int) -> Config:
    raw: dict[str, Any] = tomllib.loads((state / FILE).read_text("utf-8"))
    broker = raw["broker"]
    pinned = raw.get("county", {}).get("root_sha256")
    files = ("ca", "ingest_cert", "ingest_key", "work_cert", "work_key")
    return Config(
        state=state,
        origins=Origins(**{name: raw["origins"][name] for name in ("staff", "public", "county")}),
        rp_id=raw["login"]["rp_id"],
        broker=Broker(
            host=broker["host"],
            port=broker["port"],
            **{name: state / broker[name] for name in files},
        ),
        machines=_machines(raw.get("machines", {}), broker["host"]),
        log_key=state / raw["keys"]["log"],
        list_key=state / raw["keys"]["list"],
        site_key=state / raw["keys"].get("site", SITE_KEY),
        lifetime_s=raw["list"]["lifetime_s"],
        log_name=raw.get("log", {}).get("name", DEFAULT_LOG_NAME),
        root_sha256=bytes.fromhex(pinned) if pinned else None,
        township=_number(raw.get("disclosure", {}).get("township", 1)),
        witnesses=_witnesses(raw.get("witness", {})),
        backup_hours=_hours(raw.get("upkeep", {}).get("backup_hours", BACKUP_HOURS)),
        logs=_logs(raw.get("upkeep", {}).get("logs", LOGS[0])),
        alarms=raw.get("alarms", {}),
        daily=raw.get("daily", {}),
        applications=raw.get("applications", {}),
        fleet=raw.get("fleet", {}),
        cases=raw.get("cases", {}),
        searches=raw.get("searches", {}),
        registers=raw.get("registers", {}),
        hotline=raw.get("hotline", {}),
        affairs=raw.get("affairs", {}),
        relief=raw.get("relief", {}),
        port=raw.get("port", {}),
        notices=raw.get("notices", {}),
        site=raw.get("site", {}),
        login=raw["login"],
        retain=raw.get("retain", {}),
        duty_hour=_hour(raw.get("duty", {}).get("begins_at", DUTY_HOUR)),
    )


def _number(value: object) -> int:
    if type(value) is not int or not 1 <= value <= 99:
        raise ValueError("disclosure.township: 1 to 99 expected")
    return value


def _hours(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("upkeep.backup_hours: a number of hours expected")
    return value


def _logs(value: object) -> str:
    if value not in LOGS:
        raise ValueError(f"upkeep.logs: one of {', '.join(LOGS)} expected")
    return str(value)


def _hour(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 23:
        raise ValueError("duty.begins_at: 0 to 23 expected")
    return value


def _witnesses(table: Mapping[str, Any]) -> Mapping[str, str]:
    found = {}
    for name, url in table.items():
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise ValueError(f"[witness] {name}: http(s)://host… expected")
        found[name] = url.rstrip("/")
    return found


def _machines(table: dict[str, Any], host: str) -> MachineSites:
    """What hub.toml says; a hub made before it said so has its sites beside its broker."""
    return MachineSites(
        enrol=ADDRESS.load(table.get("enrol", f"https://{host}:{ENROL_PORT}")),
        blobs=ADDRESS.load(table.get("blobs", f"https://{host}:{BLOBS_PORT}")),
        machine_days=_days(table, "machine_days", MACHINE_DAYS),
        hub_days=_days(table, "hub_days", HUB_DAYS),
    )


def _days(table: dict[str, Any], name: str, default: int) -> int:
    value = table.get(name, default)
    if type(value) is not int or not 1 <= value <= LONGEST_DAYS:
        raise ValueError(f"machines.{name}: 1 to {LONGEST_DAYS} days expected")
    return value
