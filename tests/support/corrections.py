"""Corrections signed by a township's approvers, and how a machine is asked to write one.

Calls `sealctl.lockd`, `wire` and `tests.support`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sealctl.journal import books
from sealctl.lockd.changes import Changes
from sealctl.lockd.pages import Pages
from sealctl.lockd.verb import Served
from tests.support.contents import DEVICE, ORIGIN, RP_ID, VILLAGE
from tests.support.machine import Rig
from tests.support.township import Township
from wire.approval import correction, decision, subject
from wire.approval.correction import Correction
from wire.approval.decision import Approval
from wire.lists.content import SignedCorrection


def draft(rig: Rig, seq: int, **changes: Any) -> Correction:
    """One that cancels the stamp of that seq; any field may be replaced."""
    entry = books.hash_at(rig.core.journal.connection, seq)
    assert entry is not None
    made = Correction(
        id=sha256(b"correction").digest(),
        village=VILLAGE,
        device=DEVICE,
        machine=rig.township.machine.kid,
        item="residence",
        stamped=seq,
        entry=entry,
        state="cancelled",
        reason="姓名写错",
        replacement=None,
        created=rig.clock.wall,
    )
    return replace(made, **changes)


def sign(
    township: Township,
    made: Correction,
    *,
    step: str = "director",
    person: str = "yi",
    verdict: str = "approve",
    kind: str = "correction",
    signer: str | None = None,
) -> SignedCorrection:
    """With that person's real assertion."""
    data = correction.encode(made)
    digest, roster = subject.subject_hash(data), township.roster.version
    challenge = decision.challenge(kind, digest, step, person, verdict, roster)
    held = township.authenticators[signer or person]
    assertion = held.get_assertion(RP_ID, ORIGIN, challenge, user_verified=True)
    return SignedCorrection(data, Approval(step, person, verdict, roster, assertion))


def with_camerad(rig: Rig, work: Callable[[Served], Awaitable[None]]) -> None:
    """Run a verb that may ask for a picture, with camerad at work."""
    served = Served(rig.core, Changes(), Pages(rig.config.folder / "pages"))
    rig.core.changed = served.changes.bump
    asyncio.run(_together(rig, served, work))


async def _together(rig: Rig, served: Served, work: Callable[[Served], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(work(served))
    while not task.done():
        await asyncio.sleep(0)
        rig.answer_camerad()
        served.changes.bump()
    await task
