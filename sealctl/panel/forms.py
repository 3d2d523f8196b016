"""The fields of a form that a page of the panel sent. Calls only `sealctl.panel.actions`."""

from starlette.requests import Request

from sealctl.panel import actions


async def fields_of(request: Request) -> actions.Fields:
    """The fields of a POST; BadFormError for what is too long or no form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > actions.FORM_LIMIT:
            raise actions.BadFormError("too long")
    return actions.parse(body)
