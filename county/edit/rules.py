"""The policy and the list of matters: each change as Township → Township.

Calls `county.authority` and `county.edit.plain`. Pure; raises AuthorityError.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from county.authority import AuthorityError, Township
from county.edit import plain
from wire.lists.content import Catalogue, Policy

_WORDS: Final = {"true": True, "false": False, "是": True, "否": False}
_NAMES: Final = frozenset({"v", "type", "version", "township", "offices"})


def set_policy(township: Township, name: str, values: Sequence[str]) -> Township:
    """One field of the policy: a number, a word, yes or no, or a list of words."""
    fields = plain.fields_of(township.policy)
    if name in _NAMES or name not in fields:
        known = ", ".join(sorted(fields.keys() - _NAMES))
        raise AuthorityError(f"政策没有 {name} 一项。 No field to set: {name}. {known}")
    fields[name] = _typed(name, fields[name], values)
    return replace(township, policy=plain.value_of(Policy, fields))


def name_office(township: Township, office: str, zh: str, en: str) -> Township:
    """An office that rosters and chains may name, or another name for it."""
    fields = plain.fields_of(township.policy)
    fields["offices"] = {**fields["offices"], office: [zh, en]}
    return replace(township, policy=plain.value_of(Policy, fields))


def import_policy(township: Township, text: str) -> Township:
    """The whole policy anew, of the same township."""
    policy = plain.from_toml(Policy, text, township.policy.version)
    if policy.township != township.policy.township:
        raise AuthorityError(f"这是 {policy.township} 的政策。 The policy of {policy.township}.")
    return replace(township, policy=policy)


def import_catalogue(township: Township, text: str) -> Township:
    """The whole list of matters anew."""
    catalogue = plain.from_toml(Catalogue, text, township.catalogue.version)
    return replace(township, catalogue=catalogue)


def _typed(name: str, former: Any, values: Sequence[str]) -> Any:
    if isinstance(former, list):
        return list(values)
    if len(values) != 1:
        raise AuthorityError(f"{name}: 只能有一个值。 One value expected.")
    value = values[0]
    if isinstance(former, bool):
        if value not in _WORDS:
            raise AuthorityError(f"{name}: true 或 false。 true or false expected.")
        return _WORDS[value]
    if isinstance(former, int):
        if not value.isdecimal():
            raise AuthorityError(f"{name}: 要填整数。 A whole number expected.")
        return int(value)
    return value
