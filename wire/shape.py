"""Strict tables of fields: one deterministic CBOR map for one frozen dataclass.

Calls only `wire.cbor` and `wire.errors`.

A `Shape` loads a decoded CBOR value and dumps it again. Loading refuses a wrong type, a missing
or an unknown field and every value out of its bounds; dumping checks the same, so that nothing
can be written which would not be read. Bounds are in characters, bytes and items.
"""

import dataclasses
import marshal
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, is_dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, get_origin

from wire import cbor
from wire.errors import WireError

T = TypeVar("T")

MAX_INT = 2**53 - 1
_NO_REFERENCES = 2
"""The version of marshal's form in which equal values have equal bytes."""
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


class ShapeError(ValueError):
    """A value does not have its shape; the text names the field and what is wrong with it."""


@dataclass(frozen=True)
class Shape(Generic[T]):
    """`load`: CBOR value → T; `dump`: T → CBOR value. Both raise ShapeError."""

    load: Callable[[object], T]
    dump: Callable[[T], object]


@dataclass(frozen=True)
class Later:
    """A field that was added to a form in use: `default` is its CBOR value where it is missing.

    `left_out`: it is written only where it differs, so that whoever does not know the field reads
    on until it is made use of, and one value has one encoding.
    """

    default: object
    left_out: bool = True


def encode(shape: Shape[T], value: T, code: str) -> bytes:
    """Value → deterministic CBOR; raises WireError(code) for a value that could not be read."""
    try:
        dumped = shape.dump(value)
        shape.load(dumped)
    except ShapeError as error:
        raise WireError(code, str(error)) from error
    return cbor.encode(dumped)


def decode(shape: Shape[T], data: bytes, code: str, *, limit: int = 1 << 20) -> T:
    """Deterministic CBOR → value; raises WireError(code), or WireError('cbor') below the shape."""
    try:
        return shape.load(cbor.decode(data, limit=limit))
    except ShapeError as error:
        raise WireError(code, str(error)) from error


def text(most: int, *, least: int = 1) -> Shape[str]:
    """A string of least..most characters, none of them invisible or turning the line around."""

    def load(value: object) -> str:
        if not isinstance(value, str):
            raise ShapeError("text expected")
        if not least <= len(value) <= most:
            raise ShapeError(f"{least} to {most} characters expected")
        if not value.isprintable() and any(unicodedata.category(one) in _HIDDEN for one in value):
            raise ShapeError("control or invisible character")
        return value

    return Shape(load, unchanged)


def matching(pattern: Callable[[str], object], what: str) -> Shape[str]:
    """A string that `pattern` (a compiled fullmatch) accepts; `what` names it in the error."""

    def load(value: object) -> str:
        if not isinstance(value, str) or not pattern(value):
            raise ShapeError(f"{what} expected")
        return value

    return Shape(load, unchanged)


def integer(least: int, most: int = MAX_INT) -> Shape[int]:
    def load(value: object) -> int:
        if type(value) is not int:
            raise ShapeError("integer expected")
        if not least <= value <= most:
            raise ShapeError(f"integer from {least} to {most} expected")
        return value

    return Shape(load, unchanged)


def octets(least: int, most: int | None = None) -> Shape[bytes]:
    """A byte string of exactly `least` bytes, or of least..most bytes."""
    top = least if most is None else most

    def load(value: object) -> bytes:
        if not isinstance(value, bytes) or not least <= len(value) <= top:
            raise ShapeError(f"{least} to {top} bytes expected")
        return value

    return Shape(load, unchanged)


def flag() -> Shape[bool]:
    def load(value: object) -> bool:
        if not isinstance(value, bool):
            raise ShapeError("true or false expected")
        return value

    return Shape(load, unchanged)


def choice(*names: str) -> Shape[str]:
    def load(value: object) -> str:
        if not isinstance(value, str) or value not in names:
            raise ShapeError(f"one of {', '.join(names)} expected")
        return value

    return Shape(load, unchanged)


def maybe(shape: Shape[T]) -> Shape[T | None]:
    def load(value: object) -> T | None:
        return None if value is None else shape.load(value)

    def dump(value: T | None) -> object:
        return None if value is None else shape.dump(value)

    return Shape(load, dump)


def array(
    shape: Shape[T], most: int, *, least: int = 0, unique: bool = False
) -> Shape[tuple[T, ...]]:
    """A list of least..most items; `unique` refuses the same item twice."""
    read = shape.load

    def load(value: object) -> tuple[T, ...]:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ShapeError(f"a list of {least} to {most} items expected")
        try:
            items = tuple(map(read, value))
        except ShapeError:
            items = tuple(_at(str(index), read, item) for index, item in enumerate(value))
        if unique and len(set(items)) != len(items):
            raise ShapeError("the same item twice")
        return items

    def dump(value: tuple[T, ...]) -> object:
        return [shape.dump(item) for item in value]

    return Shape(load, dump)


def table(key: Shape[str], shape: Shape[T], most: int, *, least: int = 0) -> Shape[Mapping[str, T]]:
    """A map from keys to values of one shape, least..most of them."""

    def load(value: object) -> Mapping[str, T]:
        if not isinstance(value, dict) or not least <= len(value) <= most:
            raise ShapeError(f"a map of {least} to {most} items expected")
        try:
            return {key.load(name): shape.load(item) for name, item in value.items()}
        except ShapeError:
            return {
                _at("key", key.load, name): _at(str(name), shape.load, item)
                for name, item in value.items()
            }

    def dump(value: Mapping[str, T]) -> object:
        return {name: shape.dump(item) for name, item in value.items()}

    return Shape(load, dump)


def keyed(shape: Shape[T], name: str, most: int) -> Shape[Mapping[str, T]]:
    """A list of at most `most` records, held as a map by their field `name`, which is unique."""
    items = array(shape, most)

    def load(value: object) -> Mapping[str, T]:
        loaded = items.load(value)
        made = {str(getattr(item, name)): item for item in loaded}
        if len(made) != len(loaded):
            raise ShapeError(f"the same {name} twice")
        return made

    def dump(value: Mapping[str, T]) -> object:
        if any(key != getattr(item, name) for key, item in value.items()):
            raise ShapeError(f"held under another {name}")
        return items.dump(tuple(value.values()))

    return Shape(load, dump)


def record(
    kind: type[T],
    fields: Mapping[str, Shape[Any]],
    *,
    fixed: Mapping[str, object] | None = None,
    later: Mapping[str, Later] | None = None,
    check: Callable[[T], None] | None = None,
) -> Shape[T]:
    """A map with exactly these fields; `fixed` ones have one permitted value and no attribute.

    `later` ones may be missing. `check` sees the whole and raises ShapeError where fields
    contradict one another.
    """
    constants, defaults = dict(fixed or {}), dict(later or {})
    names = frozenset({*fields, *constants})
    loads = [(name, shape.load) for name, shape in fields.items()]
    dumps = [
        (name, fields[name].dump if name in fields else None) for name in cbor.ordered(tuple(names))
    ]

    make = _maker(kind, fields.keys())

    def load(value: object) -> T:
        if not isinstance(value, dict) or value.keys() != names or defaults:
            value = _whole(value, [*constants, *fields], defaults)
        for name, only in constants.items():
            if type(value[name]) is not type(only) or value[name] != only:
                raise ShapeError(f"{name}: {only} expected")
        try:
            loaded = {name: read(value[name]) for name, read in loads}
        except ShapeError:
            loaded = {name: _at(name, read, value[name]) for name, read in loads}
        made = make(loaded)
        if check is not None:
            check(made)
        return made

    def dump(value: T) -> object:
        dumped = {
            name: constants[name] if write is None else write(getattr(value, name))
            for name, write in dumps
        }
        return _without_defaults(dumped, defaults) if defaults else dumped

    return Shape(load, dump)


def _maker(kind: type[T], names: Set[str]) -> Callable[[dict[str, Any]], T]:
    """How one is made of its fields. A map is there already. Frozen dataclasses that do no more
    than hold them get them at once: `__init__` sets each by itself, which takes twice as long.
    """
    if (get_origin(kind) or kind) is dict:
        return cast(Callable[[dict[str, Any]], T], unchanged)

    def hold(loaded: dict[str, Any]) -> T:
        made: T = object.__new__(kind)
        vars(made).update(loaded)
        return made

    known = {one.name for one in dataclasses.fields(kind)} if is_dataclass(kind) else set()
    if known != names or hasattr(kind, "__post_init__"):
        return lambda loaded: kind(**loaded)
    return hold


def _whole(value: object, names: Sequence[str], later: Mapping[str, Later]) -> dict[Any, Any]:
    """The map with all its fields, those that may be missing by their defaults."""
    if not isinstance(value, dict):
        raise ShapeError(f"the fields {', '.join(names)} expected")
    if unknown := sorted(str(one) for one in value if one not in names):
        raise ShapeError(f"the field {unknown[0][:64]} is not known here")
    if any(one not in value and one not in later for one in names):
        raise ShapeError(f"the fields {', '.join(names)} expected")
    for name, one in later.items():
        if one.left_out and name in value and value[name] == one.default:
            raise ShapeError(f"{name}: stands only where it is not {one.default}")
    return {**{name: one.default for name, one in later.items()}, **value}


def _without_defaults(dumped: dict[str, Any], later: Mapping[str, Later]) -> dict[str, Any]:
    gone = {name for name, one in later.items() if one.left_out and dumped[name] == one.default}
    return {name: value for name, value in dumped.items() if name not in gone}


def _at(name: str, load: Callable[[object], T], value: object) -> T:
    try:
        return load(value)
    except ShapeError as error:
        raise ShapeError(f"{name}: {error}") from error


def remembered(shape: Shape[T], most: int) -> Shape[T]:
    """The same, which knows again the last `most` decoded values: for what comes over and over.
    Only for frozen values. Their marshalled bytes tell them apart, for as long as the process runs.
    """

    @lru_cache(maxsize=most)
    def load(known: bytes) -> T:
        return shape.load(marshal.loads(known))  # noqa: S302  # these bytes were made here

    def again(value: Any) -> T:
        return load(marshal.dumps(value, _NO_REFERENCES))

    return Shape(again, shape.dump)


def unchanged(value: T) -> T:
    """The dump of a value that is CBOR as it stands."""
    return value


ID = matching(re.compile(r"[a-z0-9][a-z0-9._-]{0,63}").fullmatch, "id")
DEVICE = matching(re.compile(r"[a-z0-9][a-z0-9-]{2,31}").fullmatch, "device id")
