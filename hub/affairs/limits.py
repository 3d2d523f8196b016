"""Figures of publication and questions: the usual ones, or what hub.toml says in `[affairs]`.

Calls `hub.config`. No source gives them: each is called an example.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from hub.config import Config, ConfigError

LONGEST = 10_000


@dataclass(frozen=True)
class Limits:
    """`answer_days`: by when a question is to be answered; `questions_per_day`: so many a village
    takes; `question_days`: so long after the answer it still says who asked what; `draft_days`: so
    long a draft stays that nobody touches; `pages_max`: so many pictures hang on a release;
    `rows_max`: so many rows a draft takes from one file; `soon_days`: so long before its day the
    first page reminds of what is due. All are examples.
    """

    answer_days: int = 20
    questions_per_day: int = 30
    question_days: int = 90
    draft_days: int = 180
    pages_max: int = 20
    rows_max: int = 10_000
    soon_days: int = 7


def limits(config: Config) -> Limits:
    """Raises ConfigError, which names the setting and what may stand there."""
    return read(config.affairs)


def read(table: Mapping[str, Any]) -> Limits:
    """The `[affairs]` of hub.toml; raises ConfigError."""
    known = [one.name for one in fields(Limits)]
    for name, value in table.items():
        if name not in known:
            raise ConfigError(f"hub.toml: 没有 affairs.{name}。 No such setting: {' '.join(known)}")
        if type(value) is not int or not 1 <= value <= LONGEST:
            raise ConfigError(f"hub.toml: affairs.{name} 不对。 Expected 1…{LONGEST}.")
    return Limits(**table)
