"""Since when and until when a seal was in force, read off every list that the officers signed.

Calls `hub.devices.{authority,models}`. When the hub took a list in is when it counts here; the list
itself says what each seal is, in which slot, and in which seal's place.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from hub.devices import authority
from hub.devices.models import Authority
from wire.lists.content import Machine, Seal

Name = tuple[str, str]
"""A village and a seal's id in it."""
Package = tuple[int, int, list[Machine]]


@dataclass(frozen=True)
class Span:
    """A seal as lists had it from `version` on, at `since_ms`; `until_ms` None: as it is now."""

    device: str
    seal: Seal
    version: int
    since_ms: int
    until_ms: int | None = None


@dataclass(frozen=True)
class Listed:
    """One seal: all its spans, the first one first."""

    village: str
    id: str
    spans: tuple[Span, ...]

    @property
    def last(self) -> Span:
        return self.spans[-1]

    @property
    def seal(self) -> Seal:
        return self.last.seal

    @property
    def state(self) -> str:
        """That of the list in force; `off` where it names the seal no more."""
        return self.seal.state if self.last.until_ms is None else "off"

    @property
    def in_force(self) -> tuple[Span, ...]:
        """Only when it was active."""
        return tuple(one for one in self.spans if one.seal.state == "active")


def seals() -> Mapping[Name, Listed]:
    """Every seal that a list ever named."""
    newest = Authority.objects.order_by("-version").values_list("sha256", flat=True).first()
    return {} if newest is None else _seals(bytes(newest))


def successor(one: Listed, known: Mapping[Name, Listed]) -> Listed | None:
    """The seal in whose favour it was retired."""
    of_village = (other for other in known.values() if other.village == one.village)
    return next((other for other in of_village if other.seal.replaces == one.id), None)


def folded(packages: Iterable[Package]) -> dict[Name, Listed]:
    """Spans of each seal, of packages in their order. Pure."""
    found: dict[tuple[str, str, str], list[Span]] = {}
    for version, at_ms, machines in packages:
        now = {(m.village, seal.id, m.device): seal for m in machines for seal in m.seals}
        for key, spans in found.items():
            if spans[-1].until_ms is None and now.get(key) != spans[-1].seal:
                spans[-1] = replace(spans[-1], until_ms=at_ms)
        for key, seal in now.items():
            known = found.setdefault(key, [])
            if not known or known[-1].until_ms is not None:
                known.append(Span(key[2], seal, version, at_ms))
    merged: dict[Name, list[Span]] = {}
    for (village, name, _), spans in found.items():
        merged.setdefault((village, name), []).extend(spans)
    return {
        (village, name): Listed(village, name, tuple(sorted(spans, key=_order)))
        for (village, name), spans in sorted(merged.items())
    }


def _order(span: Span) -> tuple[bool, int]:
    """What is so now comes last."""
    return span.until_ms is None, span.since_ms


@lru_cache(maxsize=2)
def _seals(_newest: bytes) -> Mapping[Name, Listed]:
    """Up to the package of that hash, which is the newest."""
    return folded(authority.machines_of_each())
