"""What each form on the panel asks of lockd, as one table. Calls only `wire.shape`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from wire import shape

FORM_LIMIT = 4096
"""Bytes of the longest form the panel accepts."""

Fields = Mapping[str, str]


class BadFormError(ValueError):
    """A form that no page of the panel sends."""


@dataclass(frozen=True)
class Action:
    """One verb, how its arguments stand in the form, and where the person goes afterwards."""

    verb: str
    arguments: Callable[[Fields], dict[str, object]]
    then: Callable[[Fields], str] = lambda _: "/"
    wait_s: float = 10.0


def parse(body: bytes) -> Fields:
    """The fields of an urlencoded form; BadFormError when it is too long or holds a field twice."""
    if len(body) > FORM_LIMIT:
        raise BadFormError("too long")
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=12)
    except ValueError as error:
        raise BadFormError("not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadFormError("field twice")
    return fields


def _nothing(_fields: Fields) -> dict[str, object]:
    return {}


def _login(fields: Fields) -> dict[str, object]:
    return {"person": fields["person"], "pin": fields["pin"]}


def _choose(fields: Fields) -> dict[str, object]:
    try:
        return {"grant": bytes.fromhex(fields["grant"])}
    except ValueError as error:
        raise BadFormError("grant") from error


def _demanded(fields: Fields) -> dict[str, object]:
    return {"item": _item(fields), "demander": fields["demander"].strip()}


def _draft(fields: Fields) -> dict[str, object]:
    count = fields["impressions"]
    if not (count.isascii() and count.isdigit() and len(count) < 5):
        raise BadFormError("impressions")
    return {
        "item": _item(fields),
        "applicant": fields["applicant"].strip(),
        "purpose": fields["purpose"].strip() or fields["typed"].strip(),
        "impressions": int(count),
    }


def _page_of(fields: Fields) -> dict[str, object]:
    _item(fields)
    return {}


def _item(fields: Fields) -> str:
    try:
        return shape.ID.load(fields["item"])
    except shape.ShapeError as error:
        raise BadFormError("item") from error


ACTIONS: Mapping[str, Action] = {
    "login": Action("login", _login),
    "logout": Action("logout", _nothing),
    "choose": Action("choose", _choose),
    "cancel": Action("cancel", _nothing, then=lambda _: "/grants"),
    "photograph": Action("photograph", _nothing, wait_s=30.0),
    "stamp": Action("stamp", _nothing),
    "draft_page": Action(
        "draft_page", _page_of, then=lambda fields: f"/draft/{fields['item']}", wait_s=30.0
    ),
    "draft_drop": Action("draft_drop", _page_of, then=lambda fields: f"/draft/{fields['item']}"),
    "draft": Action("draft", _draft, then=lambda fields: f"/draft/{fields['item']}/sent"),
    "demanded": Action("demanded", _demanded, then=lambda fields: f"/items/{fields['item']}/noted"),
}


def arguments(action: Action, fields: Fields) -> dict[str, object]:
    """The verb's arguments from the form; BadFormError when a field is missing or malformed."""
    try:
        return action.arguments(fields)
    except KeyError as error:
        raise BadFormError(f"{error.args[0]} missing") from error
