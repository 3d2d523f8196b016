"""Whether an enrolment was seen by a second officer, and is not too old. Pure.

Calls `county.{authority,days,enrolment}`, `county.edit.people` and `wire`.

The rules, each refused as AuthorityError:
 * It is not of the future, and not older than its days.
 * The second officer stands on a roster in force, held there an office of the policy's
   `supervisors` when it was made, is no relative of the person, and confirmed these very bytes
   with a passkey of his own that stands there too.
 * Where no roster in force names any passkey at all (the township's first ones), nobody could
   confirm: then, and only then, the officers who sign the lists are the second ones.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NoReturn

from county import days
from county.authority import AuthorityError, Township
from county.edit import people
from county.enrolment import Enrolled
from wire.approval import assertion
from wire.approval.assertion import Assertion
from wire.errors import WireError
from wire.lists.content import Person, Policy, Roster
from wire.lists.enrolment import confirmation

DAYS: Final = 30
DAY_MS: Final = 86_400_000
AHEAD_MS: Final = 10 * 60_000
"""By how much another computer's clock may be ahead."""


def able(policy: Policy, rosters: Iterable[Roster], at_ms: int) -> Iterator[tuple[Roster, Person]]:
    """Who may be a second officer at that time."""
    for roster in rosters:
        for person in roster.persons.values():
            if person.passkeys and any(person.holds(one, at_ms) for one in policy.supervisors):
                yield roster, person


def founding(former: Township | None) -> bool:
    """Whether nobody in force has a passkey yet."""
    return former is None or not any(one.passkeys for one in people.everybody(former))


def check(
    found: Enrolled, former: Township | None, after: Township, now_ms: int, most_days: int
) -> None:
    """Hold an enrolment against the rules above; `former` is in force, `after` the draft."""
    if found.time > now_ms + AHEAD_MS:
        _refuse("登记时间在以后，请核对电脑时钟", "it is of the future: look at the clocks")
    if found.time < now_ms - most_days * DAY_MS:
        made = days.shown(found.time)
        _refuse(f"登记于 {made}，超过 {most_days} 天", f"it is older than {most_days} days")
    if former is None or founding(former):
        people.person_named(after, found.witness)
        return
    officer = _officer(found, former)
    for township in (former, after):
        if any(found.witness in one.roster.kin(found.person) for one in township.villages):
            _refuse("第二人是本人亲属", "the second officer is a relative")
    if found.seen is None:
        _refuse("没有第二人的确认", "no second officer has confirmed it")
    _confirmed(found.seen, found.request, officer, former.policy)


def _officer(found: Enrolled, former: Township) -> Person:
    rosters = [one.roster for one in former.villages]
    known = {person.id: person for _, person in able(former.policy, rosters, found.time)}
    if found.witness not in known:
        _refuse(
            f"{found.witness} 当时不能作第二人（要有见证职务和已在册的通行密钥）",
            f"{found.witness} held no office that may witness, or has no passkey in force",
        )
    return known[found.witness]


def _confirmed(seen: Assertion, request: bytes, officer: Person, policy: Policy) -> None:
    key = next((one for one in officer.passkeys if one.credential == seen.credential), None)
    if key is None:
        _refuse("确认用的不是第二人在册的钥匙", "confirmed by no passkey of the second officer")
    try:
        assertion.verify(
            seen,
            challenge=confirmation(request),
            public_key=key.public_key,
            rp_id=policy.rp_id,
            origins=policy.origins,
        )
    except WireError as error:
        _refuse("第二人的确认不对", f"the confirmation does not hold ({error.detail})")


def _refuse(zh: str, en: str) -> NoReturn:
    raise AuthorityError(f"登记不能入册：{zh}。 The enrolment cannot be taken: {en}.")
