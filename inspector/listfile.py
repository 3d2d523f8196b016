"""A list's file as typed values, once it is known to be the file that the log names.

Calls `wire.lists`. Nothing is verified here: `inspector.lists` has held every signature of the list
of this hash. Parts that seldom change are read once and kept.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from wire.lists import bundle as bundles
from wire.lists import content
from wire.lists.content import ApprovalList, Catalogue, Grants, Machines, Policy, Roster

T = TypeVar("T")


def read_list(data: bytes, version: int, expires_ms: int) -> ApprovalList:
    """The whole list as rules see it; raises WireError('list' or 'cbor')."""
    bundle = bundles.decode(data)
    files = bundle.files
    village = _named_village(files)
    return ApprovalList(
        catalogue=_township(Catalogue, files[bundles.CATALOGUE]),
        roster=_village(Roster, files[bundles.roster_path(village)]),
        policy=_township(Policy, files[bundles.POLICY]),
        machine=_village(Machines, files[bundles.machines_path(village)]).machines[bundle.device],
        grants=content.decode(Grants, files[bundles.grants_path(bundle.device)]),
        version=version,
        expires_ms=expires_ms,
        sha256=hashlib.sha256(data).digest(),
    )


def _named_village(files: Mapping[str, bytes]) -> str:
    return next((one for one in files if one.endswith("/machines.cbor")), "/").partition("/")[0]


@lru_cache(maxsize=4)
def _township(kind: type[T], data: bytes) -> T:
    return content.decode(kind, data)


@lru_cache(maxsize=64)
def _village(kind: type[T], data: bytes) -> T:
    return content.decode(kind, data)
