"""The demo's own page: who is who, their software passkeys, and hands for the simulated machine.

Calls demo.state, demo.authenticator and the simulated body's socket. Never part of the wheel.
"""

import argparse
import base64
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import uvicorn
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from demo.body import Body
from demo.cast import VILLAGE
from demo.editions import HELPED
from demo.kept import Kept
from demo.paper import DOCUMENTS, png
from demo.state import DemoState, Person

SITE = Path(__file__).parent / "site"
Handler = Callable[[Request], Awaitable[Response]]


def create_app(var: Path) -> Starlette:
    """The page over a demo's state folder."""
    state = DemoState.load(var)
    body = Body(state.machine_dir / "run" / "body.sock")
    templates = Environment(loader=FileSystemLoader(SITE), autoescape=True)

    async def index(_request: Request) -> Response:
        page = templates.get_template("people.html").render(
            people=state.people,
            origins=state.origins,
            papers={n: d.title for n, d in DOCUMENTS.items()},
            body=body.snapshot(),
            village=VILLAGE,
            card=(HELPED[0][0], Kept.load(var).codes.get("card")),
        )
        return HTMLResponse(page)

    async def script(_request: Request) -> Response:
        return Response((SITE / "authenticator.js").read_bytes(), media_type="text/javascript")

    async def style(_request: Request) -> Response:
        return Response((SITE / "people.css").read_bytes(), media_type="text/css")

    async def tray(_request: Request) -> Response:
        return Response(body.picture(), media_type="image/jpeg", headers=_FRESH)

    async def page_image(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in DOCUMENTS:
            return Response(status_code=404)
        return Response(
            png(DOCUMENTS[name]),
            media_type="image/png",
            headers={"Content-Disposition": f'attachment; filename="{name}.png"'},
        )

    async def act(request: Request) -> Response:
        if request.headers.get("origin") != state.origins["people"]:
            return Response("403", status_code=403)
        form = await request.form()
        body.act(str(form.get("act", "")), str(form.get("value", "")))
        return RedirectResponse("/#machine", status_code=303)

    return Starlette(
        routes=[
            Route("/", index),
            Route("/authenticator.js", script),
            Route("/people.css", style),
            Route("/tray.jpg", tray),
            Route("/paper/{name}.png", page_image),
            Route("/body", act, methods=["POST"]),
            Route("/passkeys/people", _people_of(state), methods=["POST", "OPTIONS"]),
            Route("/passkeys/assert", _assertion_of(state), methods=["POST", "OPTIONS"]),
        ]
    )


def main(argv: list[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="demo.people_site")
    parser.add_argument("--var", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args(argv)
    uvicorn.run(create_app(args.var), host="127.0.0.1", port=args.port, log_level="warning")
    return 0


_FRESH = {"Cache-Control": "no-store"}


def _people_of(state: DemoState) -> Handler:
    async def people(request: Request) -> Response:
        if (refusal := _preflight(state, request)) is not None:
            return refusal
        asked = json.loads(await request.body())
        rows = [
            {"id": person.id, "name": person.name, "title": person.title}
            for person in state.people
            if _credential(person, asked["rpId"], asked["allow"]) is not None
        ]
        return JSONResponse(rows, headers=_cors(request))

    return people


def _assertion_of(state: DemoState) -> Handler:
    async def assertion(request: Request) -> Response:
        if (refusal := _preflight(state, request)) is not None:
            return refusal
        asked = json.loads(await request.body())
        person = state.person(asked["person"])
        credential = _credential(person, asked["rpId"], asked["allow"])
        if credential is None:
            return Response(status_code=403, headers=_cors(request))
        made = person.authenticator.get_assertion(
            rp_id=asked["rpId"],
            origin=request.headers["origin"],
            challenge=_bytes(asked["challenge"]),
            credential=credential,
        )
        answer = {
            "id": _text(made.credential),
            "clientDataJSON": _text(made.client_data),
            "authenticatorData": _text(made.authenticator_data),
            "signature": _text(made.signature),
        }
        return JSONResponse(answer, headers=_cors(request))

    return assertion


def _credential(person: Person, rp_id: str, allow: list[str]) -> bytes | None:
    for credential in person.authenticator.credentials_for(rp_id):
        if not allow or _text(credential) in allow:
            return credential
    return None


def _preflight(state: DemoState, request: Request) -> Response | None:
    if request.headers.get("origin") not in (state.origins["hub"], state.origins["county"]):
        return Response("403", status_code=403)
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=_cors(request))
    return None


def _cors(request: Request) -> dict[str, str]:
    return {
        "Access-Control-Allow-Origin": request.headers["origin"],
        "Access-Control-Allow-Headers": "Content-Type",
        "Vary": "Origin",
    }


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: Any) -> bytes:
    text = str(value)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    raise SystemExit(main())
