"""Whether a file may be shown to be signed, and by which key: held against the officers' package.

Calls `county.{authority,pages_config}`, `county.approve.{errors,pictures}` and `wire`. Pure. The
machine judges it all again: what is refused here spares a person a signature that would count for
nothing, or that somebody wants to cheat out of him.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from county import authority, pages_config
from county.approve import pictures
from county.approve.errors import ApproveError
from county.authority import AuthorityError, Township, Village
from county.pages_config import Names
from wire.approval import by_file
from wire.approval.by_file import Signable, SigningRequest
from wire.approval.subject import Application, subject_hash
from wire.errors import WireError
from wire.lists import means
from wire.lists.content import Item, Person, Policy, Step


@dataclass(frozen=True)
class Register:
    """The officers' package, as far as it is needed here."""

    township: Township
    tables: Mapping[str, Names]


@dataclass(frozen=True)
class Sheet:
    """What one person is asked to decide; `pictures` are the endings of the pages."""

    asked: SigningRequest
    kind: str
    signed: Signable
    person: Person
    policy: Policy
    tables: Mapping[str, Names]
    pictures: tuple[str, ...]

    @property
    def digest(self) -> bytes:
        return subject_hash(self.asked.subject)


def register(package: bytes) -> Register:
    """Raises ApproveError for a package that is not fully signed, AuthorityError for none."""
    opened = authority.open_package(package)
    if authority.missing_signatures(package):
        raise ApproveError("package")
    try:
        return Register(authority.read_township(opened), pages_config.names_of(opened.files))
    except (WireError, ValueError) as error:
        raise AuthorityError(f"清单包不完整。 The package is not whole: {error}") from error


def check(data: bytes, known: Register) -> Sheet:
    """The sheet of a file's bytes; raises ApproveError with the first reason against it."""
    asked = _asked(data)
    try:
        kind, signed = by_file.signable(asked.subject)
    except WireError as error:
        raise ApproveError("subject", error.detail) from error
    endings = _endings(asked, signed)
    village = _village(signed, known.township)
    item = known.township.catalogue.items.get(signed.item)
    person = village.roster.persons.get(asked.person)
    steps = () if item is None else _steps(item, signed)
    if item is None or person is None or asked.step not in {one.step for one in steps}:
        raise ApproveError("step", f"{signed.item} · {asked.step} · {asked.person}")
    _check_suite(item, known.township.policy)
    return Sheet(asked, kind, signed, person, known.township.policy, known.tables, endings)


def _steps(item: Item, signed: Signable) -> tuple[Step, ...]:
    """The steps by which it can be signed."""
    return item.chain_for(signed.amount) if isinstance(signed, Application) else item.steps


def check_key(sheet: Sheet, public_key: bytes, now_ms: int) -> None:
    """Raises ApproveError unless it is a key of the sheet's person that counts now."""
    usable = means.sm2_keys(sheet.person, sheet.policy, (now_ms, now_ms + 1))
    if public_key not in {key.public_key for key in usable}:
        raise ApproveError("key", sheet.person.id)


def _asked(data: bytes) -> SigningRequest:
    try:
        return by_file.decode_request(data)
    except WireError as error:
        raise ApproveError("file", error.detail) from error


def _endings(asked: SigningRequest, signed: Signable) -> tuple[str, ...]:
    named = signed.pages if isinstance(signed, Application) else ()
    if len(named) != len(asked.pages):
        raise ApproveError("pages", f"{len(asked.pages)} / {len(named)}")
    if (strange := by_file.strange_page(asked)) is not None:
        raise ApproveError("picture", f"page {strange}")
    return tuple(pictures.ending(page) for page in asked.pages)


def _village(signed: Signable, township: Township) -> Village:
    """Where the machine stands for which it is."""
    for village in township.villages:
        machine = village.machines.machines.get(signed.device)
        if machine is not None and (machine.village, machine.kid) == (
            signed.village,
            signed.machine,
        ):
            return village
    raise ApproveError("foreign", f"{signed.village} · {signed.device}")


def _check_suite(item: Item, policy: Policy) -> None:
    if not means.takes_sm2(policy, item):
        raise ApproveError("suite", item.id)
