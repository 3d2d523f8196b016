"""Requests that the officers suspend a machine, or let it work again.

Calls `hub.devices.authority` and `hub.fleet.models`.
The power stands in the officers' signed list and nowhere else: a request changes nothing by itself.
It keeps who wanted it and why, until the list says so.
"""

from collections.abc import Iterable
from typing import Final

from hub.devices import authority
from hub.fleet.models import StateRequest
from wire import shape
from wire.lists.content import Machine

_REASON: Final = shape.text(300, least=5)


def other(machine: Machine) -> str:
    """The state in which it is not."""
    return "active" if machine.state == "suspended" else "suspended"


def unsigned(newest: Iterable[StateRequest]) -> dict[str, str]:
    """Machine → the state that was asked for last, where no list has had it so since."""
    asked = {one.device: one for one in newest}
    if not asked:
        return {}
    for imported_ms, states in authority.states_since(min(one.made_ms for one in asked.values())):
        done = [
            device
            for device, one in asked.items()
            if imported_ms > one.made_ms and states.get(device) == one.wanted
        ]
        for device in done:
            del asked[device]
    return {device: one.wanted for device, one in asked.items()}


def wrong(reason: str) -> str:
    """What is wrong with a reason, in Chinese; empty where nothing is."""
    try:
        _REASON.load(reason)
    except shape.ShapeError:
        return "请写明原因，5 到 300 个字，不要换行或特殊符号。"
    return ""


def ask(machine: Machine, reason: str, person: str, now_ms: int) -> None:
    """Keep the request; `reason` has nothing wrong with it."""
    StateRequest.objects.create(
        device=machine.device, wanted=other(machine), reason=reason, person=person, made_ms=now_ms
    )
