"""What the touch screen may ask of lockd. Calls `sealctl.{session,lockd}` and `wire`."""

from collections.abc import Mapping
from typing import Final

from sealctl.lockd import demands, drafts, enrolment_verbs, register, views
from sealctl.lockd.answer_verbs import CORRECTIONS
from sealctl.lockd.emergency_verbs import EMERGENCY
from sealctl.lockd.verb import HASH, PIN, WAIT, Arguments, Served, Verb
from sealctl.session import model as m
from sealctl.session.model import Mode
from wire import shape
from wire.refusals import Refused

PHOTO_S: Final = 25.0
"""Longest wait for a photo; the session itself gives up earlier."""


async def _state(served: Served, _: Arguments) -> object:
    return views.state(served.core, served.changes.rev)


async def _watch(served: Served, given: Arguments) -> object:
    changes = served.changes
    await changes.until(lambda: changes.rev != given["rev"], given["timeout_ms"] / 1000)
    return views.state(served.core, changes.rev)


async def _operators(served: Served, _: Arguments) -> object:
    return views.operators(served.core)


async def _grants(served: Served, _: Arguments) -> object:
    return views.grants(served.core)


async def _items(served: Served, _: Arguments) -> object:
    return views.items(served.core)


async def _login(served: Served, given: Arguments) -> object:
    served.core.login(given["person"], given["pin"])
    return {}


async def _logout(served: Served, _: Arguments) -> object:
    served.core.desk.leave()
    return {}


async def _choose(served: Served, given: Arguments) -> object:
    served.core.choose(given["grant"])
    return {}


async def _cancel(served: Served, _: Arguments) -> object:
    served.core.feed(m.Cancelled())
    return {}


async def _photograph(served: Served, _: Arguments) -> object:
    core = served.core
    core.feed(m.PhotoAsked())
    await served.changes.until(lambda: core.session.mode is not Mode.PHOTOGRAPHING, PHOTO_S)
    if core.session.refusal is not None:
        raise Refused(*core.session.refusal)
    return {}


async def _demanded(served: Served, given: Arguments) -> object:
    demands.note(served.core, given["item"], given["demander"])
    return {}


async def _register(served: Served, given: Arguments) -> object:
    return register.rows(served.core, given["from_ms"], given["to_ms"])


async def _drafting(served: Served, _: Arguments) -> object:
    return {"pages": drafts.pages(served.core, served.drafting)}


async def _draft_page(served: Served, _: Arguments) -> object:
    await drafts.photograph(served.core, served.drafting, served.changes)
    return {}


async def _draft_drop(served: Served, _: Arguments) -> object:
    drafts.drop(served.core, served.drafting)
    return {}


async def _draft(served: Served, given: Arguments) -> object:
    drafts.send(served.core, served.drafting, **given)
    return {}


async def _stamp(served: Served, _: Arguments) -> object:
    served.core.stamp()
    return {}


PANEL: Final[Mapping[str, Verb]] = {
    "state": Verb(_state),
    "watch": Verb(_watch, {"rev": shape.integer(0), "timeout_ms": WAIT}),
    "operators": Verb(_operators),
    "grants": Verb(_grants),
    "items": Verb(_items),
    "login": Verb(_login, PIN),
    "logout": Verb(_logout),
    "choose": Verb(_choose, {"grant": HASH}),
    "cancel": Verb(_cancel),
    "photograph": Verb(_photograph),
    "stamp": Verb(_stamp),
    **EMERGENCY,
    **CORRECTIONS,
    **enrolment_verbs.ENROLMENT,
    "demanded": Verb(_demanded, {"item": shape.ID, "demander": shape.text(demands.LONGEST)}),
    "drafting": Verb(_drafting),
    "draft_page": Verb(_draft_page),
    "draft_drop": Verb(_draft_drop),
    "draft": Verb(
        _draft,
        {
            "item": shape.ID,
            "applicant": shape.text(32, least=0),
            "purpose": shape.text(200),
            "impressions": shape.integer(1, 1000),
        },
    ),
    "register": Verb(_register, {"from_ms": shape.integer(0), "to_ms": shape.integer(0)}),
}
