"""What was asked of one machine and what it answered, for the eye. Calls `hub.fleet` and `wire`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.clock import moment
from hub.devices import authority
from hub.fleet.models import SentCommand, StateRequest
from hub.fleet.overview import decoded
from wire import command_words
from wire.command import Answer
from wire.command_words import Words

MOST: Final = 20
STATES: Final[dict[str, Words]] = {
    "suspended": ("停用", "suspend"),
    "active": ("恢复使用", "let it work again"),
}


@dataclass(frozen=True)
class Sent:
    """One command with its answer."""

    command: SentCommand
    answer: Answer | None
    person: str
    over: bool

    @property
    def words(self) -> Words:
        name = self.command.name
        return command_words.COMMANDS.get(name, (name, name))

    @property
    def at(self) -> datetime:
        return moment(self.command.asked_ms)

    @property
    def until(self) -> datetime:
        return moment(self.command.not_after)

    @property
    def waits(self) -> bool:
        return self.answer is None and not self.over

    @property
    def outcome(self) -> Words:
        if self.answer is not None:
            return command_words.OUTCOMES[self.answer.outcome]
        if self.over:
            return "到期没有回复", "no answer in its time"
        if self.command.envelope is None:
            return "等待发出", "waits to be sent"
        return "已发出，等机器回复", "sent, no answer yet"

    @property
    def findings(self) -> list[tuple[Words, Words, str]]:
        return findings(self.answer)

    @property
    def facts(self) -> list[tuple[Words, int]]:
        facts = {} if self.answer is None else self.answer.facts
        return [(command_words.FACTS.get(name, (name, name)), facts[name]) for name in facts]


@dataclass(frozen=True)
class Asked:
    """One request to the officers."""

    request: StateRequest
    person: str

    @property
    def words(self) -> Words:
        return STATES[self.request.wanted]

    @property
    def at(self) -> datetime:
        return moment(self.request.made_ms)


def sent(device: str, now_ms: int) -> list[Sent]:
    """The newest first."""
    rows = SentCommand.objects.filter(device=device).select_related("answer").order_by("-id")
    names = _names()
    return [_sent(one, names, now_ms) for one in rows[:MOST]]


def asked(device: str) -> list[Asked]:
    """The newest first."""
    names = _names()
    rows = StateRequest.objects.filter(device=device).order_by("-id")[:MOST]
    return [Asked(one, names.get(one.person, one.person)) for one in rows]


def findings(answer: Answer | None) -> list[tuple[Words, Words, str]]:
    """(check, level in words, level), the worst first."""
    found = {} if answer is None else answer.findings
    order = list(command_words.LEVELS)
    return [
        (command_words.CHECKS.get(name, (name, name)), command_words.LEVELS[level], level)
        for name, level in sorted(found.items(), key=lambda one: -order.index(one[1]))
    ]


def at(answer: Answer | None) -> datetime | None:
    """When the machine made it, by its own clock."""
    return None if answer is None else moment(answer.at_ms)


def _sent(one: SentCommand, names: dict[str, str], now_ms: int) -> Sent:
    given = getattr(one, "answer", None)
    answer = None if given is None else decoded(bytes(given.envelope))
    person = names.get(one.person, one.person)
    return Sent(one, answer, person, one.not_after <= now_ms)


def _names() -> dict[str, str]:
    rosters = authority.rosters().values()
    return {one.id: one.name for roster in rosters for one in roster.persons.values()}
