"""Emergency codes (应急码): made once, printed once, and signed for only as verifiers.

Calls only `county.authority` and `wire`. Pure: chance is passed in.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from county.authority import AuthorityError, Township
from wire.lists.content import EmergencyCode, Machine
from wire.lists.machines import code_verifier

CODE_BYTES: Final = 10
"""80 bits: 16 characters of base32 without filling."""
GROUP: Final = 4

Codes = Mapping[str, tuple[str, ...]]


def renew(
    township: Township,
    device: str,
    people: Sequence[str],
    count: int,
    *,
    random: Callable[[int], bytes],
) -> tuple[Township, Codes]:
    """The lists with new codes for these people, and the codes by person, as they are printed.

    These people's former codes at that machine are taken back by it; everything else stays.
    `random`: n → n random bytes. Raises AuthorityError.
    """
    codes = {one: tuple(_code(random) for _ in range(count)) for one in people}
    return _with_codes(township, device, codes), codes


def printed(code: str) -> str:
    """As it stands on paper: ABCD-EFGH-2345-6723."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def _with_codes(township: Township, device: str, codes: Codes) -> Township:
    villages = []
    found = False
    for village in township.villages:
        machine = village.machines.machines.get(device)
        if machine is not None:
            found = True
            if strangers := sorted(codes.keys() - village.roster.persons.keys()):
                names = ", ".join(strangers)
                raise AuthorityError(f"名册上没有：{names}。 Not on the roster: {names}.")
            machines = {**village.machines.machines, device: _renewed(machine, codes)}
            village = replace(village, machines=replace(village.machines, machines=machines))
        villages.append(village)
    if not found:
        raise AuthorityError(f"没有这台机器：{device}。 No such machine: {device}.")
    return replace(township, villages=tuple(villages))


def _renewed(machine: Machine, codes: Codes) -> Machine:
    kept = [one for one in machine.emergency if one.person not in codes]
    new = [
        EmergencyCode(person, code_verifier(machine.device, person, code))
        for person, theirs in codes.items()
        for code in theirs
    ]
    return replace(machine, emergency=(*kept, *new))


def _code(random: Callable[[int], bytes]) -> str:
    return base64.b32encode(random(CODE_BYTES)).decode()
