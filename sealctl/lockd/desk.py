"""The place at the machine where people stand: its readers, log-in and enrolment, moved together.

Calls `sealctl.lockd.{enrolment,fingers,login,machine,readers}`. `look` never waits: it is called
some twenty times a second while nothing moves, and asks the parts only where somebody can be meant.
"""

import logging
import sqlite3

from sealctl.lockd.enrolment import Enrolments
from sealctl.lockd.fingers import Fingers
from sealctl.lockd.login import AT_WORK, Login
from sealctl.lockd.machine import Machine
from sealctl.lockd.readers import Ear, Readers
from sealctl.session import model as m
from sealctl.session.model import Mode
from sealctl.signer import SignerError
from wire.refusals import Refused

log = logging.getLogger(__name__)


class Desk:
    """One machine's. Without readers it knows people by their PINs alone."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self.login = Login(machine)
        self.fit(Readers())

    def fit(self, readers: Readers) -> None:
        """These are the parts that the machine has."""
        mono_ms = self._machine.time.mono_ms
        self.cards = Ear("card", readers.cards, mono_ms)
        self.scanner = Ear("scanner", readers.scanner, mono_ms)
        self.finger = Ear("fingerprint", readers.finger, mono_ms)
        self._fingers = Fingers(self.finger, self._machine)
        self.enrolments = Enrolments(self._machine, self._fingers)

    def fitted(self) -> list[str]:
        """The readers that the machine has: card, fingerprint, scanner."""
        return [ear.name for ear in (self.cards, self.finger, self.scanner) if ear.fitted]

    def silent(self) -> list[str]:
        """Those of them that do not answer."""
        ears = (self.cards, self.finger, self.scanner)
        return [ear.name for ear in ears if ear.fitted and not ear.works]

    def log_in(self, person: str, pin: str) -> None:
        """By PIN, with the card held before; raises Refused, journalled."""
        if self.enrolments.under_way:
            raise Refused("busy")
        self.login.by_pin(person, pin)

    def leave(self) -> None:
        """Whoever stands here goes; raises Refused('not_now') while the lock moves."""
        self._machine.feed(m.LoggedOut())
        self.login.leave()
        self._fingers.rest()
        self._machine.changed()

    def look(self) -> None:
        """One look at the parts, and what follows from it."""
        try:
            self._look()
        except (sqlite3.Error, SignerError):
            log.exception("the journal cannot be written: nobody is known by card or finger")
        except Refused as refused:
            log.info("refused: %s", refused)

    def _look(self) -> None:
        mode = self._machine.session.mode
        self.login.forget_in_time()
        if mode is not Mode.IDLE:
            self.enrolments.fail()
            self._fingers.rest()
        if mode is not Mode.IDLE and mode not in AT_WORK:
            return
        card = self.cards.ask(lambda reader: reader.read())
        code = self.scanner.ask(lambda reader: reader.read())
        if code is not None:
            self.login.by_code(code)
        if mode is Mode.IDLE:
            self._identify(card)

    def _identify(self, card: str | None) -> None:
        if card is not None and not self.enrolments.under_way:
            self.login.by_card(card)
        elif card is not None:
            self.enrolments.heard(card)
        self.enrolments.look()
        if self.enrolments.under_way or not self.finger.fitted:
            return
        touch = self._fingers.watch()
        if touch is not None:
            self.login.by_finger(touch)
