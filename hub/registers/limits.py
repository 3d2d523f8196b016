"""What a resolution needs: the usual shares and days, or what hub.toml says in `[registers]`.

Calls `hub.config`. No machine judges by them. A share is "2/3" (at least so much) or ">1/2" (more
than so much); an empty one demands nothing.

The shares of the deciding meeting are those of the villagers' committees act (村民委员会组织法) §22
and §26: villagers come in more than half, households and representatives in two thirds, and more
than half of those who came agree. For the steps before it no source was found: nothing is demanded
until the township says so. Major matters are published within 5 days (浙江).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from hub.config import Config, ConfigError

HALF: Final = ">1/2"
TWO_THIRDS: Final = "2/3"
PARTS: Final = ("came", "agreed")
MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Share:
    """A part of a whole that has to be reached, or (`more`) exceeded."""

    part: Fraction
    more: bool

    def reached(self, count: int, whole: int) -> bool:
        return count > whole * self.part if self.more else count >= whole * self.part

    @property
    def zh(self) -> str:
        if self.more and self.part == Fraction(1, 2):
            return "过半数"
        words = f"{self.part.denominator} 分之 {self.part.numerator}"
        return f"超过 {words}" if self.more else f"{words}以上"


@dataclass(frozen=True)
class Demand:
    """`came` of those entitled to come, `agreed` of those who came; None demands nothing."""

    came: Share | None = None
    agreed: Share | None = None


@dataclass(frozen=True)
class Limits:
    """`meetings`: a kind of meeting → what it needs; a decision is published in `publish_days`."""

    meetings: Mapping[str, Demand] = field(default_factory=dict)
    publish_days: int = 5

    def of(self, meeting: str) -> Demand:
        return self.meetings.get(meeting, Demand())


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.registers)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[registers]` of hub.toml; raises ConfigError."""
    days = table.get("publish_days", Limits.publish_days)
    if type(days) is not int or not 1 <= days <= MOST_DAYS:
        raise _wrong("publish_days", f"1…{MOST_DAYS}")
    texts = {name: dict(parts) for name, parts in USUAL.items()}
    for name, parts in table.items():
        if name == "publish_days":
            continue
        if name not in texts or not isinstance(parts, dict) or not parts.keys() <= set(PARTS):
            raise _wrong(name, f"publish_days, {' '.join(USUAL)}")
        texts[name] |= parts
    return Limits(
        {
            name: Demand(*(_share(name, part, parts.get(part, "")) for part in PARTS))
            for name, parts in texts.items()
        },
        days,
    )


def _share(meeting: str, part: str, text: object) -> Share | None:
    if text == "":
        return None
    try:
        made = Fraction(str(text).removeprefix(">"))
    except (ValueError, ZeroDivisionError) as error:
        raise _wrong(f"{meeting}.{part}", 'such as "2/3" or ">1/2"') from error
    if not isinstance(text, str) or not 0 < made <= 1:
        raise _wrong(f"{meeting}.{part}", 'such as "2/3" or ">1/2"')
    return Share(made, text.startswith(">"))


def _wrong(name: str, may: str) -> ConfigError:
    setting = f"registers.{name}"
    return ConfigError(f"hub.toml: {setting} 不对，可以是：{may}。 {setting}: expected {may}.")


USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "branch": {},
    "committees": {},
    "members": {},
    "representatives": {"came": TWO_THIRDS, "agreed": HALF},
    "villagers": {"came": HALF, "agreed": HALF},
    "households": {"came": TWO_THIRDS, "agreed": HALF},
}
