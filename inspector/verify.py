"""The whole verification, offline: policy → root → head → leaves → lists → machines.

Calls `inspector` and `wire`. Pure but for reading the bundle; time is passed in.
"""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

from inspector.bundle import Bundle
from inspector.corrections import Corrections
from inspector.findings import NotVerifiedError
from inspector.head import Head, checked_leaves, open_head
from inspector.leaf import ENVELOPE, read
from inspector.lists import Lists
from inspector.machine import Machine
from inspector.policy import Policy
from wire.tlog.checkpoint import Checkpoint


@dataclass(frozen=True)
class Report:
    """What was verified. `head` is the root hash in hex, `witnesses` how many saw it; `emergencies`
    are openings without approvals, `outside` uses outside the machine, `corrected` stamps void.
    """

    leaves: int
    entries: int
    lists: int
    devices: int
    stamps: int
    emergencies: int
    outside: int
    corrected: int
    open: int
    head: str
    witnesses: int

    def fields(self) -> dict[str, Any]:
        return asdict(self)


def verify(
    bundle: Bundle, policy: Policy, *, now_ms: int, earlier: Checkpoint | None = None
) -> Report:
    """Hold everything; raises NotVerifiedError for the first thing that does not hold."""
    root = _pinned_root(bundle, policy)
    head = open_head(bundle.read("checkpoint", "checkpoint"), policy, "checkpoint")
    lists = Lists(bundle, policy, root)
    for index, leaf in checked_leaves(bundle, head, earlier):
        if not leaf.startswith(ENVELOPE):
            lists.add(index, leaf)
    machines: dict[str, Machine] = {}
    corrections = Corrections()
    for index, leaf in bundle.leaves(head.checkpoint.size):
        if leaf.startswith(ENVELOPE):
            found = read(index, leaf)
            device = found.entry.device
            machines.setdefault(device, Machine(device)).take(found, bundle, lists)
            if found.entry.kind == "correction":
                corrections.add(found)
    corrections.judge(bundle.leaves(head.checkpoint.size), bundle, lists)
    _check_age(machines, head, policy, now_ms)
    return _report(head, lists, machines, corrections)


def _pinned_root(bundle: Bundle, policy: Policy) -> bytes:
    roots = bundle.roots()
    if not roots or hashlib.sha256(roots[0]).digest() != policy.root_sha256:
        raise NotVerifiedError("root", "roots/1.json")
    return roots[0]


def _check_age(machines: dict[str, Machine], head: Head, policy: Policy, now_ms: int) -> None:
    """By the moment that a quorum of witnesses vouches for, or by the machines' own clocks."""
    if not policy.max_age_s:
        return
    if policy.quorum:
        newest = sorted(head.witnessed, reverse=True)[policy.quorum - 1] * 1000
    else:
        newest = max((one.wall for one in machines.values()), default=0)
    if now_ms - newest > policy.max_age_s * 1000:
        raise NotVerifiedError("stale", "checkpoint", f"{(now_ms - newest) // 1000} s")


def _report(
    head: Head, lists: Lists, machines: dict[str, Machine], corrections: Corrections
) -> Report:
    size = head.checkpoint.size
    entries = sum(one.seq for one in machines.values())
    return Report(
        leaves=size,
        entries=entries,
        lists=len(lists),
        devices=len(machines),
        stamps=sum(one.stamps for one in machines.values()),
        emergencies=sum(one.crisis.uses for one in machines.values()),
        outside=sum(len(one.registers) for one in machines.values()),
        corrected=len(corrections.found),
        open=sum(one.opening is not None for one in machines.values()),
        head=head.checkpoint.root.hex(),
        witnesses=len(head.witnessed),
    )
