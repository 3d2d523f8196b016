"""Machines and their seals: each change as Township → Township.

Calls `county.authority`. Pure; raises AuthorityError for what makes no sense.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from county.authority import AuthorityError, Township, Village
from county.edit.places import village_named, with_village
from wire.lists.content import Machine, Seal
from wire.sig import PublicKey


def add(township: Township, machine: Machine) -> Township:
    """A new machine of its village, with the seals that lie in it."""
    village_named(township, machine.village)
    if any(machine.device in one.machines.machines for one in township.villages):
        raise AuthorityError(f"已有此机：{machine.device}。 There already: {machine.device}.")
    _new_key(township, machine.device, PublicKey(machine.alg, machine.public_key))
    if machine.replaces is not None:
        _check_replaced(township, machine, machine.replaces)
    return with_village(township, machine.village, lambda one: _with(one, machine))


def set_state(township: Township, device: str, state: str, seal: str | None = None) -> Township:
    """`active` or `suspended`: the machine, or only one seal in it."""

    def change(old: Machine) -> Machine:
        if seal is None:
            _differs(old.state, state, device)
            _refuse_return(township, old, state)
            return replace(old, state=state)
        found = old.seal(seal)
        if found is None or found.state == "retired":
            raise AuthorityError(f"{device} 没有在用的印章 {seal}。 No such seal in use: {seal}.")
        _differs(found.state, state, seal)
        return replace(old, seals=tuple(_stated(one, seal, state) for one in old.seals))

    return _change(township, device, change)


def add_seals(township: Township, device: str, seals: Sequence[Seal]) -> Township:
    """Further seals; the one that a new seal `replaces` becomes retired."""

    def change(old: Machine) -> Machine:
        worn = {one.replaces for one in seals if one.replaces is not None}
        if strangers := sorted(worn - {one.id for one in old.seals}):
            names = ", ".join(strangers)
            raise AuthorityError(f"没有被替换的印章：{names}。 No such seal to replace: {names}.")
        kept = (replace(one, state="retired") if one.id in worn else one for one in old.seals)
        return replace(old, seals=(*kept, *seals))

    return _change(township, device, change)


def change_key(township: Township, device: str, key: PublicKey) -> Township:
    """Another record key for the same machine, whose own was written down wrongly.

    A machine at work refuses such a list: where its key is lost or stolen, another replaces it.
    """
    _new_key(township, device, key)
    return _change(township, device, lambda old: replace(old, alg=key.alg, public_key=key.public))


def replace_machine(township: Township, device: str, by: str, key: PublicKey) -> Township:
    """Another machine gets the seals of a broken or stolen one, which is suspended with them.

    Emergency codes are bound to a machine: the new one gets its own.
    """
    old = machine_named(township, device)
    new = replace(
        old,
        device=by,
        alg=key.alg,
        public_key=key.public,
        state="active",
        emergency=(),
        replaces=device,
    )
    seals = tuple(
        one if one.state == "retired" else replace(one, state="suspended") for one in old.seals
    )
    gone = replace(old, state="suspended", seals=seals)
    return add(_change(township, device, lambda _: gone), new)


def set_predecessor(township: Township, device: str, replaced: str) -> Township:
    """A machine that is listed already stands in the place of that one, which is suspended."""

    def change(old: Machine) -> Machine:
        new = replace(old, replaces=replaced)
        _check_replaced(township, new, replaced)
        return new

    return _change(township, device, change)


def retire(township: Township, device: str) -> Township:
    """Off the list; only one that is suspended, so that its last entries could still arrive."""
    if machine_named(township, device).state != "suspended":
        raise AuthorityError(
            f"{device} 还在用：先停用，等记录都有回执后再退役。 "
            f"{device} is in use: suspend it first, and retire it when all has its receipts."
        )
    return replace(township, villages=tuple(_without(one, device) for one in township.villages))


def machine_named(township: Township, device: str) -> Machine:
    """Raises AuthorityError."""
    for village in township.villages:
        if device in village.machines.machines:
            return village.machines.machines[device]
    raise AuthorityError(f"没有这台机器：{device}。 No such machine: {device}.")


def village_name(township: Township, village: str) -> str | None:
    """What the village's machines call it."""
    machines = village_named(township, village).machines.machines.values()
    return next((one.village_name for one in machines), None)


def _change(township: Township, device: str, change: Callable[[Machine], Machine]) -> Township:
    machine = change(machine_named(township, device))
    return with_village(township, machine.village, lambda one: _with(one, machine))


def _with(village: Village, machine: Machine) -> Village:
    machines = {**village.machines.machines, machine.device: machine}
    return replace(village, machines=replace(village.machines, machines=machines))


def _without(village: Village, device: str) -> Village:
    machines = {name: one for name, one in village.machines.machines.items() if name != device}
    return replace(village, machines=replace(village.machines, machines=machines))


def _new_key(township: Township, device: str, key: PublicKey) -> None:
    for village in township.villages:
        for one in village.machines.machines.values():
            if one.key == key:
                raise AuthorityError(
                    f"{one.device} 已用这把密钥，{device} 须用自己的。 "
                    f"{one.device} has this key already: {device} needs its own."
                )


def _check_replaced(township: Township, machine: Machine, replaced: str) -> None:
    old = machine_named(township, replaced)
    if old.village != machine.village or old.device == machine.device:
        raise AuthorityError(
            f"{replaced} 不是本村另一台机器。 {replaced} is not another machine of the village."
        )
    if old.state != "suspended":
        raise AuthorityError(f"{replaced} 还在用：先停用。 {replaced} is in use: suspend it first.")
    by = _successor(township, old)
    if by not in (None, machine.device):
        raise AuthorityError(
            f"{replaced} 已由 {by} 接替。 {replaced} has been replaced by {by} already."
        )


def _refuse_return(township: Township, machine: Machine, state: str) -> None:
    by = _successor(township, machine)
    if state == "active" and by is not None:
        raise AuthorityError(
            f"{machine.device} 已由 {by} 接替，不能恢复：请另给编号、重新开通。 "
            f"{machine.device} was replaced by {by} and does not come back under this name: "
            "provision it anew under another."
        )


def _successor(township: Township, old: Machine) -> str | None:
    listed = village_named(township, old.village).machines.machines.values()
    return next((one.device for one in listed if one.replaces == old.device), None)


def _stated(one: Seal, seal: str, state: str) -> Seal:
    return replace(one, state=state) if one.id == seal else one


def _differs(before: str, after: str, name: str) -> None:
    if before == after:
        raise AuthorityError(f"{name} 本来就是这样。 {name} is {after} already.")
