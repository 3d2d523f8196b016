"""A log that was begun anew: its first leaf, the policy that names it, and who follows it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.support.contents import DEVICE, NOW
from tests.support.township import Township
from tests.support.witness import Log
from wire.errors import WireError
from wire.lists import content, renewal
from wire.lists.adopt import adopt
from wire.lists.content import Policy
from wire.lists.renewal import FormerLog, RenewalLeaf
from wire.refusals import Refused

FIRST, SECOND, THIRD = (
    replace(Log.of(size), name=f"town.example/log-{size}") for size in (8, 5, 9)
)
ENTRY = bytes(32)


def past(log: Log) -> FormerLog:
    size = len(log.leaves)
    return renewal.last_head(log.vkey, log.head(size), [], 0)


def town(log: Log, *former: Log) -> dict[str, Any]:
    return {"log_origin": log.name, "log_key": log.vkey, "former_logs": tuple(map(past, former))}


TOWN = Township.build(policy=town(FIRST))
HELD = TOWN.adopted(receipted=(40, ENTRY))


def follows(log: Log, *former: Log) -> Policy | None:
    """The policy that a machine of the first log follows then; raises Refused."""
    changed = TOWN.change(policy=replace(TOWN.authority.policy, **town(log, *former)))
    found = adopt(HELD, changed.bundle(version=2), device=DEVICE, now_ms=NOW).lists
    return None if found is None else found.policy


def test_the_first_leaf_reads_back_and_has_one_form() -> None:
    made = RenewalLeaf(FIRST.vkey, FIRST.head(8))
    data = renewal.leaf(made)
    assert renewal.decode(data) == renewal.find(data) == made
    assert renewal.find(b"\xd2" + data) is None
    with pytest.raises(WireError):
        renewal.decode(data + b"\0")
    with pytest.raises(WireError, match="too many"):
        renewal.leaf(RenewalLeaf(FIRST.vkey, bytes(renewal.LIMIT)))


def test_a_head_counts_only_by_its_logs_key_and_the_quorum() -> None:
    assert past(FIRST) == FormerLog(FIRST.vkey, 8, FIRST.root(8).hex())
    with pytest.raises(WireError):
        renewal.last_head(FIRST.vkey, SECOND.head(5), [], 0)
    with pytest.raises(WireError, match="0 of 1 witnesses"):
        renewal.last_head(FIRST.vkey, FIRST.head(8), [], 1)


def test_a_policy_without_a_past_is_written_as_ever() -> None:
    policy = TOWN.authority.policy
    assert b"former_logs" not in content.encode(policy)
    renewed = replace(policy, **town(SECOND, FIRST))
    assert content.decode(Policy, content.encode(renewed)) == renewed
    spelt = content.encode(renewed).replace(b"former_logs", b"former_logz")
    with pytest.raises(WireError):
        content.decode(Policy, spelt)


@pytest.mark.parametrize("former", [(SECOND,), (FIRST, FIRST)])
def test_a_log_is_not_its_own_past_and_no_past_stands_twice(former: Sequence[Log]) -> None:
    with pytest.raises(WireError, match="former_logs"):
        content.encode(replace(TOWN.authority.policy, **town(SECOND, *former)))


def test_a_machine_follows_the_log_that_names_its_own_as_the_former() -> None:
    """The township's receipts begin anew, and its list may know fewer of them."""
    for log, former in ((SECOND, (FIRST,)), (THIRD, (FIRST, SECOND))):
        found = follows(log, *former)
        assert found is not None
        assert found.log_origin == log.name


@pytest.mark.parametrize("former", [(), (THIRD,), (THIRD, FIRST)])
def test_a_machine_follows_no_other_log(former: Sequence[Log]) -> None:
    with pytest.raises(Refused, match="list_invalid"):
        follows(SECOND, *former)


def test_the_same_log_gets_no_other_past() -> None:
    with pytest.raises(Refused, match="list_invalid"):
        follows(FIRST, SECOND)


def test_without_a_new_log_fewer_receipts_are_a_rollback() -> None:
    with pytest.raises(Refused, match="list_rollback"):
        adopt(HELD, TOWN.bundle(version=2), device=DEVICE, now_ms=NOW)
