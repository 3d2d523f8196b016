"""Emergency codes (应急码): made once, printed once, and signed for only as verifiers.

Calls only `county.authority`, `county.township` and `wire`. Pure: chance and time are passed in.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC
from typing import Final

from county.authority import AuthorityError, Township, draft_authority, read_township
from wire.errors import WireError
from wire.lists import metadata, package
from wire.lists.content import EmergencyCode, Machine
from wire.lists.machines import code_verifier
from wire.lists.package import AuthorityPackage

CODE_BYTES: Final = 10
"""80 bits: 16 characters of base32 without filling."""
GROUP: Final = 4

Codes = Mapping[str, tuple[str, ...]]


def draft_with_codes(
    former: bytes,
    device: str,
    people: Sequence[str],
    count: int,
    *,
    random: Callable[[int], bytes],
    now_ms: int,
) -> tuple[bytes, Codes]:
    """The next package, unsigned, and the new codes by person, as they are printed.

    These people's former codes at that machine are taken back by it; everything else stays as
    `former` has it. `random`: n → n random bytes. Raises AuthorityError.
    """
    opened = _open(former)
    township = read_township(opened)
    codes = {one: tuple(_code(random) for _ in range(count)) for one in people}
    targets = metadata.read_targets(opened.targets).signed
    if targets.delegations is None or len(targets.delegations.keys) != 1:
        raise AuthorityError("清单包没有写明平台密钥。 The package names no key of the hub.")
    draft = draft_authority(
        _with_codes(township, device, codes),
        roots=opened.roots,
        hub_key=next(iter(targets.delegations.keys.values())),
        version=targets.version + 1,
        now_ms=now_ms,
        expires_ms=int(targets.expires.replace(tzinfo=UTC).timestamp() * 1000),
    )
    return draft, codes


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
            version = village.machines.version + 1
            village = replace(
                village, machines=replace(village.machines, version=version, machines=machines)
            )
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


def _open(former: bytes) -> AuthorityPackage:
    try:
        return package.decode(former)
    except WireError as error:
        raise AuthorityError(f"不是清单包。 Not an authority package: {error.detail}") from error
