"""The outbox against random histories: everything arrives, and never too much is under way."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.outbox import PORTION_BYTES, Outbox, portions
from wire import messages

MOST = 8


@dataclass
class World:
    """A journal, an outbox and a hub; messages and receipts may be lost on the way."""

    box: Outbox = field(
        default_factory=lambda: Outbox(
            most=MOST, portion=3, first_wait_ms=10, longest_wait_ms=80, idle_ms=5
        )
    )
    now_ms: int = 0
    journal: int = 0
    hub: set[int] = field(default_factory=set)
    receipted: int = 0

    def step(self, *, lost: bool, unreceipted: bool) -> None:
        wanted = self.box.next(self.now_ms)
        last = min(wanted.after + wanted.limit, self.journal)
        if last <= wanted.after or not self.box.went(wanted.after, last, self.now_ms):
            return
        assert last - self.receipted <= MOST
        if lost:
            return
        self.hub |= set(range(wanted.after + 1, last + 1))
        if not unreceipted:
            self.take_receipts()

    def take_receipts(self) -> None:
        while self.receipted + 1 in self.hub:
            self.receipted += 1
        self.box.receipt(self.receipted, self.now_ms)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["write", "step", "wait", "reconnect", "restart", "receipt"]),
        st.integers(0, 30),
        st.booleans(),
        st.booleans(),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(ACTIONS)
def test_nothing_is_lost_and_the_township_is_not_flooded(
    actions: list[tuple[str, int, bool, bool]],
) -> None:
    world = World()
    for action, number, lost, unreceipted in actions:
        if action == "write":
            world.journal += number
        elif action == "wait":
            world.now_ms += number
        elif action == "reconnect":
            world.box.rewind()
        elif action == "restart":
            world.box = World().box
            world.box.begin(world.receipted)
        elif action == "receipt":
            world.take_receipts()
        else:
            world.step(lost=lost, unreceipted=unreceipted)
    for _ in range(4 * world.journal + 20):
        world.now_ms += 20
        world.step(lost=False, unreceipted=False)
    assert world.hub == set(range(1, world.journal + 1))
    assert world.receipted == world.journal
    assert world.box.next(world.now_ms).after == world.journal


def test_without_a_receipt_it_is_sent_again_at_growing_intervals() -> None:
    box = Outbox(first_wait_ms=10, longest_wait_ms=35)
    box.begin(0)
    sent = [
        now_ms for now_ms in range(200) if box.next(now_ms).after == 0 and box.went(0, 1, now_ms)
    ]
    assert sent == [0, 10, 30, 65, 100, 135, 170]


def test_a_new_connection_sends_at_once_what_has_no_receipt() -> None:
    box = Outbox()
    box.begin(3)
    assert box.went(3, 7, 0)
    box.receipt(5, 1)
    box.rewind()
    assert box.next(2).after == 5


def test_what_was_asked_for_before_a_new_connection_does_not_leave_a_gap() -> None:
    box = Outbox()
    box.begin(0)
    assert box.went(0, 4, 0)
    asked = box.next(1).after
    box.rewind()
    assert not box.went(asked, 6, 2)
    assert box.next(3).after == 0


def test_no_more_than_the_window_leaves_without_receipts() -> None:
    box = Outbox(most=10, portion=4)
    box.begin(0)
    limits = []
    while (wanted := box.next(0)).limit:
        limits.append(wanted.limit)
        assert box.went(wanted.after, wanted.after + wanted.limit, 0)
    assert limits == [4, 4, 2]


def test_old_or_strange_receipts_take_nothing_back() -> None:
    box = Outbox()
    box.begin(5)
    box.receipt(2, 0)
    assert box.receipted == 5
    box.receipt(9, 0)
    assert (box.receipted, box.next(0).after) == (9, 9)


@given(st.lists(st.integers(1, PORTION_BYTES // 2), max_size=20), st.integers(1, 5))
@settings(deadline=None, max_examples=40)
def test_portions_keep_order_and_fit_messages(sizes: list[int], most: int) -> None:
    items = [bytes(size) for size in sizes]
    made = list(portions(items, most))
    assert [one for part in made for one in part] == items
    for part in made:
        assert len(part) <= most
        assert len(messages.encode_openings([b"x"]) + b"".join(part)) <= messages.LIMIT


def test_a_full_message_is_one_that_the_hub_accepts() -> None:
    items = [bytes(4000)] * 600
    for part in portions(items):
        assert messages.decode_entries(messages.encode_entries(part)) == tuple(part)


def test_what_waits_for_witnesses_leaves_room_and_is_not_sent_again() -> None:
    box = Outbox(most=10, portion=4, pending_wait_ms=1000)
    box.begin(0)
    sent = 0
    while sent < 30:
        wanted = box.next(sent)
        assert box.went(wanted.after, wanted.after + wanted.limit, sent)
        sent = wanted.after + wanted.limit
        box.receipt(0, sent, answered=sent)
    box.rewind()
    assert box.next(40).after == sent


def test_receipts_that_stay_pending_are_asked_for_with_a_few_entries_now_and_then() -> None:
    box = Outbox(portion=4, first_wait_ms=10, pending_wait_ms=1000)
    box.begin(0, answered=50)
    assert [at for at in range(2500) if box.next(at).after == 0 and box.went(0, 4, at)] == [
        1000,
        2000,
    ]
    assert box.next(2500).after == 50
    box.receipt(4, 2500, answered=50)
    assert (box.next(2509).after, box.next(2510).after) == (50, 4)
    box.receipt(50, 2511)
    assert box.next(10_000).after == 50


def test_what_came_before_the_machine_was_listed_goes_again_with_its_list() -> None:
    world = World(journal=1)
    world.step(lost=True, unreceipted=False)
    world.box.listed(0, 0)
    world.step(lost=False, unreceipted=False)
    assert world.receipted == 1


def test_a_list_makes_nobody_repeat_what_a_township_that_answers_has_under_way() -> None:
    world = World(journal=1)
    world.step(lost=False, unreceipted=False)
    world.journal = 2
    world.step(lost=False, unreceipted=True)
    world.box.listed(1, 1)
    assert world.box.next(world.now_ms).after == 2


def test_a_list_that_leads_to_a_new_log_sends_all_of_it_again() -> None:
    box = Outbox()
    box.begin(40, 50)
    assert box.next(0).after == 50
    box.listed(0, 0)
    assert box.next(0).after == 0
