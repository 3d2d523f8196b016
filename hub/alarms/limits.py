"""The hours in force: the table's, or what the township's hub.toml says in `[alarms]`.

Calls `hub.config` and `hub.alarms.table`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from hub.alarms.table import ESCALATE_TO, RULES, Rule
from hub.config import Config, ConfigError

HOUR_MS: Final = 3_600_000
LONGEST_H: Final = 366 * 24
FIELDS: Final = ("after_h", "answer_h")


@dataclass(frozen=True)
class Limits:
    """Each rule with the hours in force, and the offices that an unanswered alarm goes to."""

    rules: Mapping[str, Rule]
    escalate_to: tuple[str, ...]

    def after_ms(self, rule: str) -> int:
        return (self.rules[rule].after_h or 0) * HOUR_MS

    def answer_ms(self, rule: str) -> int:
        return self.rules[rule].answer_h * HOUR_MS


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.alarms)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[alarms]` of hub.toml; raises ConfigError."""
    rules = dict(RULES)
    for name, changed in table.items():
        if name == "escalate_to":
            continue
        if name not in RULES or not isinstance(changed, dict):
            raise _wrong(f"alarms.{name}", f"{' '.join(RULES)}, escalate_to")
        hours = _hours(RULES[name], changed)
        rules[name] = replace(
            RULES[name],
            after_h=hours.get("after_h", RULES[name].after_h),
            answer_h=hours.get("answer_h", RULES[name].answer_h),
        )
    return Limits(rules, _offices(table.get("escalate_to", list(ESCALATE_TO))))


def _hours(rule: Rule, changed: Mapping[str, Any]) -> dict[str, int]:
    known = FIELDS if rule.after_h is not None else FIELDS[1:]
    for name, value in changed.items():
        if name not in known:
            raise _wrong(f"alarms.{rule.id}.{name}", " ".join(known))
        if type(value) is not int or not 1 <= value <= LONGEST_H:
            raise _wrong(f"alarms.{rule.id}.{name}", f"1…{LONGEST_H}")
    return dict(changed)


def _offices(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise _wrong("alarms.escalate_to", '["township.leader"]')
    return tuple(value)


def _wrong(setting: str, may: str) -> ConfigError:
    return ConfigError(f"hub.toml: {setting} 不对，可以是：{may}。 {setting}: expected {may}.")
