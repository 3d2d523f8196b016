"""Who stands at the machine: by PIN, by card and PIN, by finger; and the grant whose code he scans.

Calls `sealctl.{attempts,operators,rules,session}`, `sealctl.lockd.machine` and `wire`. Every no is
journalled. A card or finger that is nobody's counts against its reader, so that nobody can try for
ever; while that is locked out, only the screen says so: else cards could fill the journal.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hardware.ports import Match, NoMatch
from sealctl import attempts
from sealctl.lockd.machine import Machine
from sealctl.rules import judge_machine
from sealctl.session import model as m
from sealctl.session.model import Mode
from wire.lists.content import Policy
from wire.refusals import Refused

HELD_MS: Final = 60_000
"""So long a card that was held counts; then it is held again."""
CODE: Final = re.compile(r"[0-9a-f]{8,64}")
"""A grant's code: the beginning of its id."""
AT_WORK: Final = frozenset({Mode.IDENTIFIED, Mode.CHOSEN, Mode.PHOTOGRAPHED})


@dataclass(frozen=True)
class Held:
    """Whose card was held, and when."""

    person: str
    since_ms: int


class Login:
    """Log-in at one machine; `held` is the card that waits for its PIN."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.held: Held | None = None

    def by_pin(self, person: str, pin: str) -> None:
        """With the card that was held before, or alone where the policy allows it; raises Refused.

        A way that is not allowed is refused before the PIN is looked at.
        """
        machine = self._machine
        self.forget_in_time()
        try:
            lists = judge_machine(machine.facts(operator=person))
            method = "pin" if self.held is None or self.held.person != person else "card_pin"
            _allow(lists.policy, method)
            machine.operators.check(person, pin, lists.policy, machine.time.now().wall)
        except Refused as refused:
            self._refuse(refused, person)
            raise
        self._enter(person, method)

    def by_card(self, card: str) -> None:
        """A card was held: its person's PIN is asked for next."""

        def known(person: str) -> None:
            self.held = Held(person, self._machine.time.mono_ms())
            self._machine.feed(m.LoggedOut())
            self._machine.changed()

        holder = self._machine.operators.card_holder
        self._identify(attempts.CARDS, lambda: holder(card), "card_pin", "card_unknown", known)

    def by_finger(self, touch: Match | NoMatch) -> None:
        """A finger was laid: its person is logged in."""

        def person() -> str | None:
            found = self._machine.operators.finger_holder
            return found(touch.slot) if isinstance(touch, Match) else None

        self._identify(
            attempts.FINGER,
            person,
            "fingerprint",
            "finger_unknown",
            lambda one: self._enter(one, "fingerprint"),
        )

    def by_code(self, code: str) -> None:
        """A code was scanned: its grant is chosen, where somebody has logged in."""
        machine = self._machine
        if machine.session.mode not in AT_WORK or machine.lists is None:
            machine.feed(m.Denied("operator_unknown", ""))
            return
        beginning = code.strip().lower()
        ids = [grant.id for grant in machine.lists.grants.grants]
        chosen = [
            one for one in ids if CODE.fullmatch(beginning) and one.hex().startswith(beginning)
        ]
        if len(chosen) != 1:
            refused = Refused("grant_unknown", "scanned")
            machine.refuse("choose", refused, machine.session.operator)
            return
        machine.choose(chosen[0])

    def leave(self) -> None:
        """Whoever held a card is gone."""
        self.held = None

    def forget_in_time(self) -> None:
        """A card held too long ago no longer counts, nor one before somebody else logged in."""
        if self.held is None:
            return
        age = self._machine.time.mono_ms() - self.held.since_ms
        if age > HELD_MS or self._machine.session.mode is not Mode.IDLE:
            self.held = None
            self._machine.changed()

    def _identify(
        self,
        part: str,
        who: Callable[[], str | None],
        method: str,
        unknown: str,
        known: Callable[[str], None],
    ) -> None:
        """Who it is, counted before it is looked up; a no is journalled, nothing is raised."""
        machine, now_ms = self._machine, self._machine.time.now().wall
        lists, tries = machine.lists, machine.operators.attempts
        if lists is None:
            return
        try:
            tries.begin(part, lists.policy, now_ms)
        except Refused as locked:
            machine.feed(m.Denied(locked.code, part))
            return
        person = who()
        try:
            if person is None:
                raise Refused(unknown)
            tries.succeed(part)
            _allow(judge_machine(machine.facts(operator=person)).policy, method)
            tries.refuse_locked(attempts.of(person), now_ms)
        except Refused as refused:
            self._refuse(refused, person)
            return
        known(person)

    def _enter(self, person: str, method: str) -> None:
        self.held = None
        committed = {"operator": person}
        self._machine.journal.append("authenticated", {"method": method}, committed=committed)
        self._machine.feed(m.LoggedIn(person))

    def _refuse(self, refused: Refused, person: str | None) -> None:
        lists = self._machine.lists
        known = lists is not None and person in lists.roster.persons
        self._machine.refuse("login", refused, person if known else None)


def _allow(policy: Policy, method: str) -> None:
    if method not in policy.logins:
        raise Refused("login_not_allowed", method)
