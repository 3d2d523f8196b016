"""What the inspection interface answers, in one strict form. Calls only `wire` and `inspector`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from inspector.findings import UnusableError
from wire import shape
from wire.errors import WireError
from wire.record import commitment

LIMIT: Final = 64 << 20
T = TypeVar("T")


@dataclass(frozen=True)
class Opening:
    """One entry's openings; `number` rises with each that the township received."""

    number: int
    entry: bytes
    data: bytes


@dataclass(frozen=True)
class _Reply:
    items: tuple[Any, ...]


def openings(data: bytes) -> tuple[Opening, ...]:
    """{items: [[number, entry hash, openings]]}, numbers rising; raises UnusableError."""
    found: tuple[Opening, ...] = _read(data, "items", _triple(_opening))
    numbers = [one.number for one in found]
    if numbers != sorted(set(numbers)):
        raise UnusableError("openings: 次序不对。 Not in order.")
    return found


def roots(data: bytes) -> tuple[bytes, ...]:
    """{roots: [county root]}; raises UnusableError."""
    return _read(data, "roots", shape.octets(1, 1 << 20))


def _read(data: bytes, name: str, item: shape.Shape[T]) -> tuple[T, ...]:
    many = shape.array(item, 1_000_000)
    reply = shape.Shape(lambda value: _Reply(many.load(_only(value, name))), shape.unchanged)
    try:
        return shape.decode(reply, data, "message", limit=LIMIT).items
    except WireError as error:
        raise UnusableError(f"{name}: 回答不能读取。 An unreadable answer: {error}") from error


def _only(value: object, name: str) -> object:
    if not isinstance(value, dict) or value.keys() != {name}:
        raise shape.ShapeError(f"{name} expected")
    return value[name]


def _triple(load: Callable[[list[Any]], T]) -> shape.Shape[T]:
    def checked(value: object) -> T:
        if not isinstance(value, list) or len(value) != 3:
            raise shape.ShapeError("three values expected")
        return load(value)

    return shape.Shape(checked, shape.unchanged)


def _opening(value: list[Any]) -> Opening:
    return Opening(
        shape.integer(1).load(value[0]),
        shape.octets(32).load(value[1]),
        shape.octets(1, commitment.LIMIT).load(value[2]),
    )
