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
    rows = Authority.objects.order_by("-version").values_list("sha256", "imported_ms")[:MOST]
    found: dict[int, Version] = {}
    for sha256, imported_ms in rows:
        read = _read(bytes(sha256))
        if read is not None:
            catalogue, policy = read
            found[catalogue.version] = Version(catalogue, policy.offices, imported_ms)
    return list(found.values())


@lru_cache(maxsize=MOST)
def _read(sha256: bytes) -> tuple[Catalogue, Policy] | None:
    """By hash of its bytes: what is kept in memory cannot be another package's."""
    data = Authority.objects.values_list("package", flat=True).get(sha256=sha256)
    try:
        files = package.decode(bytes(data)).files
        return (
            content.decode(Catalogue, files[bundle.CATALOGUE]),
            content.decode(Policy, files[bundle.POLICY]),
        )
    except (WireError, KeyError):
        return None
