"""Every list of matters that the officers ever signed and the hub imported.

Calls `hub.devices.models` and `wire.lists`. A package of a format that this software cannot read
any more is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from hub.devices.models import Authority
from wire.errors import WireError
from wire.lists import bundle, content, package
from wire.lists.content import Catalogue, Policy

MOST: Final = 50
"""So many packages are looked back on."""


@dataclass(frozen=True)
class Version:
    """One list of matters, the offices' names of its day, and when the hub got it first."""

    catalogue: Catalogue
    offices: Mapping[str, tuple[str, ...]]
    imported_ms: int


def versions() -> list[Version]:
    """Newest first; packages that left the list as it was count once."""
    newest = Authority.objects.order_by("-version")
    return list(
        _versions(tuple(bytes(one) for one in newest.values_list("sha256", flat=True)[:MOST]))
    )


@lru_cache(maxsize=2)
def _versions(hashes: tuple[bytes, ...]) -> tuple[Version, ...]:
    """By hashes of the packages' bytes: what is kept in memory cannot be another database's."""
    found: dict[int, Version] = {}
    rows = Authority.objects.filter(sha256__in=hashes).order_by("-version")
    for data, imported_ms in rows.values_list("package", "imported_ms").iterator(chunk_size=1):
        read = _read(bytes(data))
        if read is not None:
            catalogue, policy = read
            found[catalogue.version] = Version(catalogue, policy.offices, imported_ms)
    return tuple(found.values())


def _read(data: bytes) -> tuple[Catalogue, Policy] | None:
    try:
        files = package.decode(data).files
        return (
            content.decode(Catalogue, files[bundle.CATALOGUE]),
            content.decode(Policy, files[bundle.POLICY]),
        )
    except (WireError, KeyError):
        return None
