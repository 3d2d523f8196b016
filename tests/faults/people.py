"""What people and the courier do at the machine of a case, whatever it answers.

Calls `sealctl.lockd`, `tests.support` and `tests.faults`. Each story is a function of a world.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sealctl.journal import books
from sealctl.lockd import emergency, receipts, supervised
from sealctl.lockd.changes import Changes
from sealctl.lockd.emergency import Asked, Named
from sealctl.lockd.pages import Pages
from sealctl.lockd.supervised import Hand
from sealctl.lockd.verb import Served
from sealctl.session import model as m
from sealctl.session.model import Mode
from tests.faults.stage import ACTOR, SECOND, WITNESS, stage
from tests.faults.world import TICK_MS, World
from tests.support import crisis
from tests.support.machine import PIN
from tests.support.sealed_log import signed_head
from wire import messages
from wire.lists.content import Grant
from wire.tlog import proof_file, tree
from wire.tlog.proof import inclusion
from wire.tlog.proof_file import ProofFile

PAUSE_MS: Final = 5_000
"""After a no he waits so long."""
FINAL: Final = ("grant_spent", "grant_revoked", "maintenance", "journal_broken")
"""Answers after which waiting helps nobody."""
AT_REST: Final = (Mode.IDLE, Mode.IDENTIFIED, Mode.CHOSEN, Mode.PHOTOGRAPHED)

Story = Callable[[World], None]


def stamp_all(world: World, grant: Grant, patience_ms: int | None = None) -> str | None:
    """Stamp what is left of a grant; the last refusal, which is grant_spent where all is done."""
    until, answer = world.clock.mono + (patience_ms or world.patience_ms), None
    while world.clock.mono < until and answer not in FINAL:
        if _was_let_down(world):
            world.tick(PAUSE_MS)
        answer = _next_act(world, grant)
        world.tick(TICK_MS if answer is None else PAUSE_MS)
    return answer


def _was_let_down(world: World) -> bool:
    """Whether the photo or the record of the opening has just failed."""
    session = world.core.session
    return session.mode is Mode.CHOSEN and session.refusal is not None


def _next_act(world: World, grant: Grant) -> str | None:
    core = world.core
    match core.session.mode:
        case Mode.IDLE:
            return world.ask(lambda: core.login(ACTOR, PIN))
        case Mode.IDENTIFIED:
            return world.ask(lambda: core.choose(grant.id))
        case Mode.CHOSEN:
            return world.ask(lambda: core.feed(m.PhotoAsked()))
        case Mode.PHOTOGRAPHED if world.body.mechanism.home:
            refused = world.ask(core.stamp)
            if refused is not None and core.session.mode is Mode.PHOTOGRAPHED:
                world.ask(lambda: core.feed(m.Cancelled()))
            return refused
        case _:
            return None


def the_job(world: World) -> None:
    """Two sheets and a seam."""
    stamp_all(world, world.stage.job)


def the_book(world: World) -> None:
    """Sixty sheets and a seam."""
    stamp_all(world, world.stage.book, 10 * world.patience_ms)


def nobody_presses(world: World) -> None:
    """The lock opens and nobody pulls the lever."""
    world.hand = False
    stamp_all(world, world.stage.job, 60_000)


def wandering(world: World) -> None:
    """Everything that a person may begin and leave again, until he is logged out for being idle."""
    core, job = world.core, world.stage.job
    for leave in (m.Cancelled(), m.LoggedOut()):
        for depth in range(4):
            world.ask(lambda: core.login(ACTOR, PIN))
            acts = [
                lambda: core.choose(job.id),
                lambda: core.feed(m.PhotoAsked()),
                lambda: world.run(lambda: core.session.mode is Mode.PHOTOGRAPHED, 5_000),
            ]
            world.camerad = depth != 2  # so that somebody leaves while a photo is awaited
            for act in acts[:depth]:
                world.ask(act)
                silent(world)
            silent(world)
            world.ask(lambda: core.feed(leave))  # noqa: B023
            world.ask(lambda: core.choose(bytes(32)))
            world.ask(lambda: core.feed(m.LoggedOut()))
    world.ask(lambda: core.login(ACTOR, PIN))
    for _ in range(2):
        for grant in (job.id, bytes(32), job.id):
            world.ask(lambda: core.choose(grant))  # noqa: B023
        for _ in range(2):
            world.ask(lambda: core.feed(m.PhotoAsked()))
            world.run(lambda: core.session.mode is Mode.PHOTOGRAPHED, 5_000)
            silent(world)
    world.run(lambda: core.session.mode is Mode.IDLE, 600_000)
    silent(world)


def silent(world: World) -> None:
    """The head does not answer once."""
    world.body.faults.head_silent = True
    world.tick()
    world.body.faults.head_silent = False


def wrong_pins(world: World) -> None:
    """Three wrong and a right one; then so many wrong ones that it is locked, and a right one."""
    core = world.core
    for pins in ([*["000000"] * 3, PIN], [*["000000"] * 5, PIN]):
        for pin in pins:
            world.ask(lambda: core.login(ACTOR, pin))  # noqa: B023
        world.ask(lambda: core.feed(m.LoggedOut()))


def two_people(world: World) -> None:
    """Enrolment, maintenance with a seal taken out and put back, a handover."""
    core, actor, witness = world.core, Hand(ACTOR, PIN), Hand(WITNESS, PIN)
    world.ask(lambda: supervised.enrol(core, "ji", PIN, witness))
    world.ask(lambda: supervised.maintain(core, "begin", actor, witness, "ink"))
    for kind in ("seal_out", "seal_in"):
        world.ask(
            lambda: supervised.move_seal(core, kind, "seal-committee", actor, witness, "ink")  # noqa: B023
        )
        world.tick()
    world.ask(lambda: supervised.maintain(core, "end", actor, witness, "ink"))
    second = Hand(SECOND, PIN)
    world.ask(lambda: supervised.hand_over(core, "seal-committee", actor, second, witness))


def the_courier(world: World) -> None:
    """Receipts and lists come while a job is stamped."""
    core, stage = world.core, world.stage
    for round_ in range(3):
        bundle = stage.bundle(stage.version + 1 + round_, world.clock.wall)
        world.ask(lambda: core.adopt(bundle))  # noqa: B023
        take_receipts(world)
        world.tick()
    stamp_all(world, stage.job, 5_000)
    take_receipts(world)
    for photo in books.photos_to_send(core.journal.connection):
        world.ask(lambda: books.photo_sent(core.journal.connection, photo))  # noqa: B023


def take_receipts(world: World) -> None:
    """The township's receipts for all entries that have none."""
    core = world.core
    rows = books.entries(core.journal.connection, 0, 10_000)
    leaves = [row.envelope for row in rows]
    nodes: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return nodes[level, index]

    for size, leaf in enumerate(leaves):
        for level, index, digest in tree.new_nodes(size, tree.leaf_hash(leaf), node):
            nodes[level, index] = digest
    head = signed_head(len(leaves), tree.root(len(leaves), node))
    proofs = []
    for index, row in enumerate(rows):
        path = inclusion(index, len(leaves), node)
        if row.seq > core.receipted:
            proofs.append((row.seq, proof_file.encode(ProofFile(index, tuple(path), head))))
    if proofs and world.ask(lambda: receipts.take(core, messages.encode_receipts(proofs))) is None:
        world.receipts = core.receipted
        world.mark("receipts")


def the_emergency(world: World) -> None:
    """The camera has failed: two people declare emergencies, and stamp without pictures; the last
    one is past the policy's cap.
    """
    core, world.body.faults.camera_gone = world.core, True
    try:
        for use, impressions in enumerate((2, 1, 1)):
            asked = replace(crisis.ASKED, impressions=impressions)
            world.ask(lambda: asyncio.run(_declare(world, asked, use)))  # noqa: B023
            for _ in range(impressions):
                world.run(lambda: world.body.mechanism.home, 5_000)
                world.ask(core.stamp)
                world.run(lambda: core.session.mode in AT_REST)
            world.ask(lambda: core.feed(m.LoggedOut()))
    finally:
        world.body.faults.camera_gone = False


async def _declare(world: World, asked: Asked, use: int) -> None:
    """Both prove themselves by their codes number `use`, camerad at work beside them."""
    served = Served(world.core, Changes(), Pages(world.config.folder / "pages"))
    named = (
        Named(Hand(person, PIN), crisis.CODES[person][use]) for person in (ACTOR, crisis.SECOND)
    )
    task = asyncio.ensure_future(emergency.declare(served, asked, *named))
    while not task.done():
        await asyncio.sleep(0)
        world.photograph()
        served.changes.bump()
    await task


STORIES: Final[Mapping[str, Story]] = {
    "job": the_job,
    "courier": the_courier,
    "pins": wrong_pins,
    "two-people": two_people,
    "no-press": nobody_presses,
    "wandering": wandering,
    "emergency": the_emergency,
    "book": the_book,
}

REPEATED: Final = ("emergency",)
"""Stories tried once more after a cut: what was spent stays spent, what was made counts."""


def grant_of(story: str) -> Grant:
    """What is stamped in that story, and what is left of it to be stamped after a fault."""
    return stage().book if story == "book" else stage().job
