"""What panel and console may ask in an emergency. Calls `sealctl.lockd` and `wire.shape`."""

from collections.abc import Mapping
from typing import Any, Final

from sealctl.lockd import emergency
from sealctl.lockd.emergency import Asked, Named
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import Arguments, Served, Verb
from wire import shape
from wire.shape import Shape


async def _choices(served: Served, _: Arguments) -> object:
    return emergency.choices(served.core)


async def _declare(served: Served, given: Arguments) -> object:
    asked = Asked(
        given["item"], given["seal"], given["title"], given["reason"], given["impressions"]
    )
    await emergency.declare(served, asked, _named(given, "operator"), _named(given, "second"))
    return {}


def _named(given: Arguments, name: str) -> Named:
    return Named(Hand(given[name], given[f"{name}_pin"]), given[f"{name}_code"])


def _proofs(name: str) -> Mapping[str, Shape[Any]]:
    return {name: shape.ID, f"{name}_pin": shape.text(32), f"{name}_code": shape.text(40)}


EMERGENCY: Final[Mapping[str, Verb]] = {
    "emergency_choices": Verb(_choices),
    "emergency": Verb(
        _declare,
        {
            "item": shape.ID,
            "seal": shape.ID,
            "title": shape.text(200),
            "reason": shape.text(200),
            "impressions": shape.integer(1, 1000),
            **_proofs("operator"),
            **_proofs("second"),
        },
    ),
}
