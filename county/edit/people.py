"""Persons, their offices, kin and keys: each change as Township → Township.

Calls `county.authority`. Pure; raises AuthorityError for what makes no sense. Nobody is ever taken
off a roster: old records name him, and papers that he approved in office are still under way.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from county.authority import AuthorityError, Township, Village
from county.edit.places import village_named, with_village
from wire.lists.content import Passkey, Person, Sm2Key, Term


def add(township: Township, village: str, person: Person) -> Township:
    """A new person; the id must be nobody's in the whole township."""
    village_named(township, village)
    if any(person.id in one.roster.persons for one in township.villages):
        raise AuthorityError(f"编号已有人用：{person.id}。 The id is taken: {person.id}.")
    for term in person.offices:
        _known_office(township, term.office)
    return with_village(township, village, lambda one: _with_person(one, person))


def give_office(township: Township, person: str, term: Term) -> Township:
    """One more term; not one that overlaps his own term in the same office."""
    _known_office(township, term.office)

    def change(old: Person) -> Person:
        for held in old.offices:
            overlap = held.start_ms < term.end_ms and term.start_ms < held.end_ms
            if held.office == term.office and overlap:
                raise AuthorityError(
                    f"{old.name} 在这段时间已任此职。 {old.id} holds that office at that time."
                )
        return replace(old, offices=(*old.offices, term))

    return _change(township, person, change)


def end_office(township: Township, person: str, office: str | None, at_ms: int) -> Township:
    """From at_ms on he does not hold that office, or any; what was before stays as it was."""

    def change(old: Person) -> Person:
        wanted = [one for one in old.offices if office in (None, one.office)]
        if not any(one.end_ms > at_ms for one in wanted):
            raise AuthorityError(
                f"{old.name} 届时没有这项职务。 {old.id} holds no such office from then on."
            )
        cut = (
            replace(one, end_ms=min(one.end_ms, at_ms)) if one in wanted else one
            for one in old.offices
        )
        offices = tuple(one for one in cut if one.start_ms < one.end_ms)
        return replace(old, offices=offices)

    return _change(township, person, change)


def declare_kin(township: Township, person: str, relatives: tuple[str, ...]) -> Township:
    """These are his relatives, and no others."""
    return _change(township, person, lambda old: replace(old, relatives=relatives))


def add_passkey(township: Township, person: str, passkey: Passkey) -> Township:
    owner = _owner(township, passkey)
    if owner is not None:
        raise AuthorityError(
            f"这把通行密钥已登记在 {owner} 名下。 This passkey is already {owner}'s."
        )
    return _change(township, person, lambda old: replace(old, passkeys=(*old.passkeys, passkey)))


def remove_passkey(township: Township, person: str, begins: str) -> Township:
    """The one passkey of his whose credential id begins with these hexadecimal digits."""

    def change(old: Person) -> Person:
        found = [one for one in old.passkeys if one.credential.hex().startswith(begins.lower())]
        if len(found) != 1:
            raise AuthorityError(
                f"{old.name} 有 {len(found)} 把这样开头的通行密钥，要正好一把。 "
                f"{old.id} has {len(found)} passkeys that begin like this; it must be one."
            )
        kept = tuple(one for one in old.passkeys if one != found[0])
        return replace(old, passkeys=kept)

    return _change(township, person, change)


def add_sm2_key(township: Township, person: str, key: Sm2Key) -> Township:
    """Also its mirror image makes no two persons of one."""
    for one in everybody(township):
        if any(held.public_key[1:33] == key.public_key[1:33] for held in one.sm2_keys):
            raise AuthorityError(
                f"这把国密密钥已登记在 {one.id} 名下。 This SM2 key is already {one.id}'s."
            )
    return _change(township, person, lambda old: replace(old, sm2_keys=(*old.sm2_keys, key)))


def remove_sm2_key(township: Township, person: str, begins: str) -> Township:
    """The one SM2 key of his whose id begins with these hexadecimal digits."""

    def change(old: Person) -> Person:
        found = [one for one in old.sm2_keys if one.kid.hex().startswith(begins.lower())]
        if len(found) != 1:
            raise AuthorityError(
                f"{old.name} 有 {len(found)} 把这样开头的国密密钥，要正好一把。 "
                f"{old.id} has {len(found)} SM2 keys that begin like this; it must be one."
            )
        kept = tuple(one for one in old.sm2_keys if one != found[0])
        return replace(old, sm2_keys=kept)

    return _change(township, person, change)


def person_named(township: Township, person: str) -> Person:
    """Raises AuthorityError for an id that no roster has."""
    return _village_of(township, person).roster.persons[person]


def everybody(township: Township) -> Iterator[Person]:
    """Of all villages."""
    for village in township.villages:
        yield from village.roster.persons.values()


def _change(township: Township, person: str, change: Callable[[Person], Person]) -> Township:
    village = _village_of(township, person)
    changed = change(village.roster.persons[person])
    return with_village(township, village.id, lambda one: _with_person(one, changed))


def _with_person(village: Village, person: Person) -> Village:
    persons = {**village.roster.persons, person.id: person}
    return replace(village, roster=replace(village.roster, persons=persons))


def _village_of(township: Township, person: str) -> Village:
    for village in township.villages:
        if person in village.roster.persons:
            return village
    raise AuthorityError(f"名册上没有：{person}。 Not on any roster: {person}.")


def _known_office(township: Township, office: str) -> None:
    if office not in township.policy.offices:
        known = ", ".join(township.policy.offices)
        raise AuthorityError(f"没有职务 {office}。 No such office: {office}. {known}")


def _owner(township: Township, passkey: Passkey) -> str | None:
    for person in everybody(township):
        for one in person.passkeys:
            if one.credential == passkey.credential or one.public_key == passkey.public_key:
                return person.id
    return None
