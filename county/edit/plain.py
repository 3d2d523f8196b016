"""Policy and list of matters as TOML that officers can read and change, there and back.

Calls `county.authority`, `wire.lists` and `wire.cbor`. Pure. The fields are those of
`wire.lists.policy` and `wire.lists.catalogue`, but for `v`, `type` and `version`, which the tool
fills in.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar

from county.authority import AuthorityError
from wire import cbor
from wire.errors import WireError
from wire.lists import content, later
from wire.lists.content import Catalogue, Policy, Seal

Rules = TypeVar("Rules", Catalogue, Policy)
_OURS: Final = ("v", "type", "version")


def to_toml(rules: Catalogue | Policy) -> str:
    """The whole file as text."""
    fields = {name: value for name, value in fields_of(rules).items() if name not in _OURS}
    tables = {name: value for name, value in fields.items() if _is_tables(value)}
    lines = [f"{name} = {_value(value)}" for name, value in fields.items() if name not in tables]
    for name, rows in tables.items():
        for row in rows:
            lines += ["", f"[[{name}]]", *(f"{key} = {_value(one)}" for key, one in row.items())]
    return "\n".join(lines) + "\n"


def from_toml(kind: type[Rules], text: str, version: int = 1) -> Rules:
    """Inverse of to_toml; raises AuthorityError that names the field."""
    fixed = {"v": 1, "type": kind.__name__.lower(), "version": version}
    return value_of(kind, {**_parsed(text), **fixed})


def value_of(kind: type[Rules], fields: Mapping[str, Any]) -> Rules:
    """Plain fields, `v`, `type` and `version` among them → value; raises AuthorityError. Fields
    that came later may say what they mean where they are missing.
    """
    try:
        return content.decode(kind, cbor.encode(_each_form(kind, fields, later.as_written)))
    except (WireError, TypeError, ValueError) as error:
        detail = error.detail if isinstance(error, WireError) else str(error)
        raise AuthorityError(f"内容不合规定。 The contents do not fit: {detail}") from error


def fields_of(rules: Catalogue | Policy) -> dict[str, Any]:
    """Inverse of value_of, with every field."""
    fields = cbor.decode(content.encode(rules), limit=content.LIMIT)
    return _each_form(type(rules), fields, later.completed)


def seals_of(text: str) -> tuple[Seal, ...]:
    """[[seal]] with id, kind, name, slot, rfid and, for a successor, replaces; AuthorityError."""
    rows = _parsed(text).get("seal")
    if not isinstance(rows, list) or not rows:
        raise AuthorityError("文件里没有 [[seal]]。 The file has no [[seal]].")
    return tuple(_seal(row) for row in rows)


def _each_form(
    kind: type[Catalogue] | type[Policy],
    fields: Mapping[str, Any],
    change: Callable[[str, Mapping[str, Any]], dict[str, Any]],
) -> dict[str, Any]:
    """The policy changed as its form has it, or each matter of the list."""
    if kind is Policy:
        return change("policy", fields)
    items = fields.get("items")
    if not isinstance(items, list):
        return dict(fields)
    changed = [change("item", one) if isinstance(one, dict) else one for one in items]
    return {**fields, "items": changed}


def _seal(row: Mapping[str, Any]) -> Seal:
    try:
        return Seal(state="active", **row)
    except TypeError as error:
        raise AuthorityError(
            "每枚印章要有 id kind name slot rfid。 Each seal: id, kind, name, slot, rfid, "
            "and for a successor replaces."
        ) from error


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AuthorityError(f"文件格式不对。 Not TOML: {error}") from error


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(_members(value))} }}"
    return json.dumps(value, ensure_ascii=False)


def _members(value: Mapping[str, Any]) -> Iterator[str]:
    return (
        f"{json.dumps(name, ensure_ascii=False)} = {_value(one)}" for name, one in value.items()
    )
