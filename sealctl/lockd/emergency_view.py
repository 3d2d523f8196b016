"""What screens show of an emergency that is under way, in the shape of a grant's view.

Calls `sealctl.journal`, `sealctl.lockd.core` and `wire`; changes nothing.
"""

from typing import Final

from sealctl.journal import books
from sealctl.lockd.core import Core
from wire.approval import emergency
from wire.approval.emergency import Emergency

View = dict[str, object]
SHOWN_AS: Final = "应急用印"


def shown(core: Core) -> View | None:
    """The emergency of this session; None where it stamps none."""
    found, lists = core.crisis.under_way(core.session), core.lists
    if found is None or lists is None:
        return None
    made = emergency.decode(found.subject)
    item, seal = lists.catalogue.items.get(made.item), lists.machine.seal(made.seal)
    return {
        "id": found.id,
        "title": made.title,
        "purpose": made.reason,
        "applicant_name": SHOWN_AS,
        "item": made.item,
        "item_zh": item.zh if item else made.item,
        "seal": made.seal,
        "seal_name": seal.name if seal else made.seal,
        "impressions": made.impressions,
        "presses": made.presses,
        "used": books.spent(core.journal.connection, found.id),
        "pages": 0,
        "not_after": made.created,
        "approvers": [_person(core, one) for one in (made.operator, made.second)],
        "refusal": None,
    }


def sheet(core: Core) -> View | None:
    """Which press comes next, and of how many."""
    found = core.crisis.under_way(core.session)
    if found is None:
        return None
    made: Emergency = emergency.decode(found.subject)
    used = books.spent(core.journal.connection, found.id)
    return {"use": "full", "next": min(used + 1, made.presses), "total": made.presses}


def _person(core: Core, person: str) -> View:
    known = core.lists.roster.persons.get(person) if core.lists else None
    return {"step": "emergency", "person": person, "name": known.name if known else person}
