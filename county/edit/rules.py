"""The policy and the list of matters: each change as Township → Township.

Calls `county.authority`, `county.edit.plain` and `wire`. Pure; raises AuthorityError.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from county.authority import AuthorityError, Township
from county.edit import plain
from wire.errors import WireError
from wire.lists import renewal
from wire.lists.content import Catalogue, Policy
from wire.matters import files
from wire.tlog import note

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


def demand_passkeys(township: Township, item: str, *, alone: bool) -> Township:
    """Whether a matter is approved by passkeys alone, whatever else the policy takes."""
    items = township.catalogue.items
    if item not in items:
        raise AuthorityError(f"没有此事项：{item}。 No such matter: {item}.")
    changed = {**items, item: replace(items[item], passkeys_only=alone)}
    return replace(township, catalogue=replace(township.catalogue, items=changed))


def name_cas(township: Township, pems: Sequence[bytes]) -> Township:
    """The certificate authorities (PEM) by which machines know their hub, the one that issues now
    last.
    """
    try:
        found = [x509.load_pem_x509_certificate(one) for one in pems]
        marks = [one.extensions.get_extension_for_class(x509.BasicConstraints) for one in found]
    except (ValueError, x509.ExtensionNotFound) as error:
        raise AuthorityError(f"不是证书机构的证书。 Not a CA's certificate: {error}") from error
    if not all(one.value.ca for one in marks):
        raise AuthorityError("这是普通证书，不是证书机构的。 Not a CA's certificate.")
    names = [base64.b64encode(one.public_bytes(Encoding.DER)).decode("ascii") for one in found]
    fields = {**plain.fields_of(township.policy), "device_cas": names}
    return replace(township, policy=plain.value_of(Policy, fields))


def renew_log(township: Township, vkey: str, head: bytes) -> Township:
    """The log of that key in place of the one in force, which ended with that head."""
    policy = township.policy
    try:
        name = renewal.origin(vkey)
        witnesses = [note.verifier(key) for key in policy.witnesses]
        ended = renewal.last_head(policy.log_key, head, witnesses, policy.quorum)
    except WireError as error:
        raise AuthorityError(
            f"日志公钥或旧日志的最后检查点不成立。 Not a log's key, or not a head of the log in "
            f"force that the witnesses saw: {error.detail}"
        ) from error
    fields = plain.fields_of(policy)
    former = [*fields.get("former_logs", []), asdict(ended)]
    fields |= {"log_origin": name, "log_key": vkey, "former_logs": former}
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


def import_catalogue(township: Township, data: bytes, form: str) -> Township:
    """The whole list of matters anew; `form` is one of FORMS."""
    version = township.catalogue.version
    try:
        catalogue = _READ[form](data, version)
    except files.MattersError as error:
        raise AuthorityError(f"文件没有读入。 The file was not taken:\n{error}") from error
    return replace(township, catalogue=catalogue)


def yes(name: str, value: str) -> bool:
    """A word for yes or no; raises AuthorityError."""
    if value not in _WORDS:
        raise AuthorityError(f"{name}: true 或 false。 true or false expected.")
    return _WORDS[value]


def export_catalogue(township: Township, form: str) -> bytes:
    """Inverse of import_catalogue."""
    return _WRITTEN[form](township.catalogue)


def _from_toml(data: bytes, version: int) -> Catalogue:
    try:
        return plain.from_toml(Catalogue, data.decode(), version)
    except UnicodeDecodeError as error:
        raise AuthorityError("文件不是 UTF-8。 The file is not UTF-8.") from error


_READ: Final[Mapping[str, Callable[[bytes, int], Catalogue]]] = {
    "toml": _from_toml,
    "csv": files.from_csv,
    "json": files.from_json,
}
_WRITTEN: Final[Mapping[str, Callable[[Catalogue], bytes]]] = {
    "toml": lambda catalogue: plain.to_toml(catalogue).encode(),
    "csv": files.to_csv,
    "json": files.to_json,
}
FORMS: Final = tuple(_READ)
"""As which a list of matters is read and written, by the file's ending."""


def _typed(name: str, former: Any, values: Sequence[str]) -> Any:
    if isinstance(former, list):
        return list(values)
    if len(values) != 1:
        raise AuthorityError(f"{name}: 只能有一个值。 One value expected.")
    value = values[0]
    if isinstance(former, bool):
        return yes(name, value)
    if isinstance(former, int):
        if not value.isdecimal():
            raise AuthorityError(f"{name}: 要填整数。 A whole number expected.")
        return int(value)
    return value
