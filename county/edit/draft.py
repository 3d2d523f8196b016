"""The next package as a draft: begun from the package in force, and written after each change.

Calls `county.authority` and `wire.lists`. Pure. Whatever differs from the package in force gets its
next version there, however often the draft was changed; whatever does not keeps its bytes. A policy
from before a field that is always written (`wire.lists.later`) is written with it, and differs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from county import authority, ceremony
from county.authority import AuthorityError, Township, Village
from county.ceremony import CeremonyError
from wire.errors import WireError
from wire.lists import bundle, content, metadata
from wire.lists.content import Catalogue, Machines, Policy, Roster
from wire.lists.package import AuthorityPackage
from wire.lists.tufapi import Key, Root

File = TypeVar("File", Catalogue, Policy, Roster, Machines)


@dataclass(frozen=True)
class Edit:
    """`before` is what is in force, None for a township's first package; `after` is the draft.

    `outdated`: the policy in force would be written in other bytes today.
    """

    before: Township | None
    after: Township
    roots: tuple[bytes, ...]
    version: int
    expires_ms: int
    outdated: bool = False


def first(township: Township, roots: Sequence[bytes], expires_ms: int) -> Edit:
    """A township's first package; raises AuthorityError for roots that are not a signed chain."""
    _check_chain(roots)
    return Edit(None, township, tuple(roots), 1, expires_ms)


def begin(former: bytes | None, draft: bytes | None) -> Edit:
    """Go on from the package in force, or from a draft that follows it; raises AuthorityError.

    `former` is None for a township's first package. A draft that somebody has signed is not
    changed any more.
    """
    if draft is None:
        if former is None:
            raise AuthorityError(
                "没有草案：先 authority new，或用 --former 指明现行清单包。 "
                "No draft yet: `authority new`, or --former with the package in force."
            )
        return _after(_in_force(former))
    opened = authority.open_package(draft)
    if metadata.read_targets(opened.targets).signatures:
        raise AuthorityError(
            "草案已有人签名，不能再改；要改请另起草案。 "
            "Somebody has signed this draft: it is not changed any more; begin another."
        )
    follows(former, draft)
    edit = Edit(
        None, authority.read_township(opened), opened.roots, _version(opened), _expires(opened)
    )
    if former is None:
        return edit
    old = _after(_in_force(former))
    return replace(edit, before=old.before, outdated=old.outdated)


def follows(former: bytes | None, draft: bytes) -> None:
    """Raises AuthorityError unless the draft is the next package after the one in force.

    It holds what its words say and nothing besides: this tool would write the same of them.
    """
    opened = authority.open_package(draft)
    _check_chain(opened.roots)
    _check_written(opened)
    if former is None:
        if _version(opened) != 1:
            raise AuthorityError(
                "这不是第一版：请用 --former 指明现行清单包。 "
                "Not the first package: name the one in force with --former."
            )
        return
    old = _in_force(former)
    if _version(opened) != _version(old) + 1 or opened.roots[: len(old.roots)] != old.roots:
        raise AuthorityError(
            f"草案不接着现行清单包（第 {_version(old)} 版）。 "
            f"The draft does not follow the package in force, version {_version(old)}."
        )


def write(edit: Edit, township: Township) -> bytes:
    """The draft with these contents, unsigned; raises AuthorityError for what no list can say."""
    return authority.compose(
        _numbered(edit, township),
        roots=edit.roots,
        hub_key=hub_key(edit.roots[-1]),
        version=edit.version,
        expires_ms=edit.expires_ms,
    )


def with_root(edit: Edit, root: bytes) -> Edit:
    """The county's next root comes after those before it; raises AuthorityError."""
    roots = (*edit.roots, root)
    _check_chain(roots)
    return replace(edit, roots=roots)


def hub_key(root: bytes) -> Key:
    """The hub's one online key, as the county's root names it."""
    signed: Root = metadata.read_root(root).signed
    ids = {name for role in ("snapshot", "timestamp") for name in signed.roles[role].keyids}
    if len(ids) != 1:
        raise AuthorityError(
            "县级根须写明一个平台密钥。 The county's root must name one online key of the hub."
        )
    return signed.keys[ids.pop()]


def _check_written(opened: AuthorityPackage) -> None:
    again = authority.open_package(
        authority.compose(
            authority.read_township(opened),
            roots=opened.roots,
            hub_key=hub_key(opened.roots[-1]),
            version=_version(opened),
            expires_ms=_expires(opened),
        )
    )
    if again.files != opened.files or _delegated(again) != _delegated(opened):
        raise AuthorityError(
            "草案里有看不见的内容（多余的文件，或另授的平台密钥），不能用。 "
            "The draft holds more than its words say: further files, or other keys for the hub."
        )


def _delegated(opened: AuthorityPackage) -> dict[str, object]:
    delegations = metadata.read_targets(opened.targets).signed.delegations
    roles = {} if delegations is None else delegations.roles or {}
    return {name: role.to_dict() for name, role in roles.items()}


def _check_chain(roots: Sequence[bytes]) -> None:
    former: bytes | None = None
    for number, root in enumerate(roots, start=1):
        try:
            missing = ceremony.missing_signatures(root, former)
            version = metadata.read_root(root).signed.version
        except (CeremonyError, WireError) as error:
            raise AuthorityError(f"县级根第 {number} 版不能用。 County root: {error}") from error
        if missing or version != number:
            raise AuthorityError(
                f"县级根第 {number} 版没有签齐，或不是这一版。 "
                f"County root {number} is not fully signed, or is another version."
            )
        former = root


def _in_force(former: bytes) -> AuthorityPackage:
    opened = authority.open_package(former)
    if authority.missing_signatures(former):
        raise AuthorityError(
            "--former 的清单包没有签齐，不可能是现行的。 "
            "The package given as --former is not fully signed: it cannot be in force."
        )
    return opened


def _after(old: AuthorityPackage) -> Edit:
    before = authority.read_township(old)
    outdated = content.encode(before.policy) != old.files[bundle.POLICY]
    return Edit(before, before, old.roots, _version(old) + 1, _expires(old), outdated)


def _version(opened: AuthorityPackage) -> int:
    return int(metadata.read_targets(opened.targets).signed.version)


def _expires(opened: AuthorityPackage) -> int:
    return metadata.expires_ms(metadata.read_targets(opened.targets))


def _numbered(edit: Edit, after: Township) -> Township:
    before = edit.before
    if before is None:
        return after
    old = {village.id: village for village in before.villages}
    policy = _next(before.policy, after.policy)
    if edit.outdated and policy == before.policy:
        policy = replace(policy, version=policy.version + 1)
    return Township(
        _next(before.catalogue, after.catalogue),
        policy,
        tuple(
            Village(
                _next(old[village.id].roster, village.roster),
                _next(old[village.id].machines, village.machines),
            )
            if village.id in old
            else village
            for village in after.villages
        ),
    )


def _next(before: File, after: File) -> File:
    if replace(after, version=before.version) == before:
        return before
    return replace(after, version=before.version + 1)
