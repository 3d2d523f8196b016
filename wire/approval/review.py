"""Who reviews a release before it is published, and whether a review holds. It opens no lock.

Calls `wire.release`, its siblings of `wire.approval`, `wire.lists` and `wire.refusals`. Judged
alike by the hub and by whoever is given the release and its reviews.

The rules of a review, in the order in which they are held:
 * The step is an office that its person held in that village when the release was made; he neither
   proposed it nor is a declared relative of who did (`approver_not_entitled`).
 * It is a passkey's (`approval_suite`) of that person on that roster, neither of them revoked, over
   the challenge of this release under a version of the roster that is known (`approval_invalid`).
"""

from collections.abc import Collection
from typing import Final

from wire import release
from wire.approval import decision, proof
from wire.approval.assertion import Assertion
from wire.approval.decision import Approval
from wire.lists.content import Policy, Roster
from wire.refusals import Refused
from wire.release import Release

KIND: Final = release.KIND


def apart(found: Release, roster: Roster) -> frozenset[str]:
    """Ids of those who review nothing of it: who proposed it and his declared relatives."""
    return frozenset({found.proposer, *roster.kin(found.proposer)})


def reviewers(found: Release, office: str, roster: Roster) -> tuple[str, ...]:
    """Ids of those who may review it as holders of that office."""
    excluded = apart(found, roster)
    holders = (one.id for one in roster.holders(office, found.made))
    return tuple(one for one in holders if one not in excluded)


def judge(
    data: bytes,
    given: Approval,
    roster: Roster,
    policy: Policy,
    *,
    persons: Collection[str] = (),
    credentials: Collection[bytes] = (),
) -> Release:
    """The release, where every rule holds; `persons` and `credentials` are the revoked ones.

    Raises Refused, WireError for bytes that are no release.
    """
    found = release.decode(data)
    may = reviewers(found, given.step, roster)
    if found.village != roster.village or given.person not in may:
        raise Refused("approver_not_entitled", f"to review as {given.step}")
    if not isinstance(given.proof, Assertion):
        raise Refused("approval_suite", "a passkey reviews")
    if given.person in persons or given.roster > roster.version:
        raise Refused("approval_invalid", "by somebody revoked, or under a roster of later")
    challenge = decision.challenge_of(KIND, release.name_of(data), given)
    person = roster.persons[given.person]
    proof.check_passkey(given.proof, challenge, person, policy, credentials)
    return found
