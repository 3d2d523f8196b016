"""What the hub's checks look at, and what each says. Calls `hub.cosign.shown`, `hub.operate.pulse`
for their types.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from hub.cosign.shown import Witnessed
from hub.operate.pulse import Beat

Level = Literal["good", "warn", "bad"]
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True)
class Stored:
    """What the database says. `lists`: machine in use → when its newest list ends, 0 for none;
    `backlog`: entries that machines said they hold and that are not receipted; `newest_ms`: when
    the newest record came. `waiting`: migrations that were not applied. `notices`: target → what is
    wrong with telling it, empty for nothing. `single`: village → ids of those in office who have
    only one key for approving, or for logging in.
    """

    waiting: int
    lists: Mapping[str, int]
    machines: int
    online: int
    backlog: int
    leaves: int
    signed: int
    witnessed: Witnessed
    seen_after_s: int | None
    ahead: bool
    newest_ms: int
    notices: Mapping[str, str] = field(default_factory=dict)
    single: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Copy:
    """The newest backup: when, and whether its folder is there and on another disk."""

    made_ms: int
    there: bool
    same_disk: bool


@dataclass(frozen=True)
class Hotline:
    """What is known of the hotline. `origin`: where people reach it, empty where it is not used;
    `key`: one of `hub.hotline.vault`'s troubles; `why`: what its database said where it did not
    answer, and then nothing below is known. `waiting`: migrations that were not applied; `unseen`:
    reports to be worked on that nobody in office may see; `readers`: how many inspectors there are.
    Offices that `granters` names: `about` whose holders reports may be, `vacant` that nobody holds.
    """

    origin: str = ""
    key: str = ""
    why: str = ""
    waiting: int = 0
    unseen: int = 0
    readers: int = 0
    about: Sequence[str] = ()
    vacant: Sequence[str] = ()


@dataclass(frozen=True)
class Health:
    """Everything known of the hub now; None is what could not be learnt, or is not there.

    Times in ms since 1970 UTC. `stored` is None where the database did not answer, `why` what it
    said. `broker` is why it cannot be reached, empty where it can. `certificates`: name → end.
    `crl_ms`: when the first of the CRLs has to be made anew. `second_apart`: the second store is on
    another disk than the state folder. `spool`: messages on foot that ingest has not taken.
    `papers`: programs that are missing to read papers with. `county_key`: what is wrong with the
    key that reports are sealed to, empty for nothing. `spoilt`: by matter what is wrong in the
    township's data file. `relief_key`: what is wrong with it (`hub.relief.marks`), if anything.
    """

    now_ms: int
    free_bytes: int
    total_bytes: int
    stored: Stored | None
    why: str
    broker: str
    certificates: Mapping[str, int | None]
    crl_ms: int | None
    spool: int
    backup: Copy | None
    backup_hours: int
    second_apart: bool | None
    unconfirmed: bool
    beats: Mapping[str, Beat]
    papers: tuple[str, ...] = ()
    hotline: Hotline = Hotline()
    county_key: str = ""
    spoilt: Mapping[str, str] = field(default_factory=dict)
    relief_key: str = ""


@dataclass(frozen=True)
class Finding:
    """One check's answer; `next_zh` and `next_en` say what to do where it is not good."""

    level: Level
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""


UNANSWERED: Final = Finding(
    "bad",
    "数据库没有回答，无法检查。",
    "The database does not answer: cannot be checked.",
    "先看 database 一项。",
    "See to `database` first.",
)
"""What a check says that needs the database."""
