"""Which machines have a record key of a kind that their township's policy does not allow. Pure.

Calls only its siblings of `wire.lists` and `wire.errors`.
"""

from collections.abc import Iterable, Iterator

from wire.errors import WireError
from wire.lists.machines import Machine
from wire.lists.policy import Policy


def strange(policy: Policy, machines: Iterable[Machine]) -> Iterator[Machine]:
    """The machines whose suite the policy does not name."""
    return (machine for machine in machines if machine.alg not in policy.suites)


def hold(policy: Policy, machines: Iterable[Machine]) -> None:
    """Raises WireError('list') for the first of them."""
    for machine in strange(policy, machines):
        raise WireError(
            "list", f"{machine.device}: the policy allows no record key of the suite {machine.alg}"
        )
