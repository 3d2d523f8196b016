"""The county's page and a hub beside it on free ports, for tests. Calls `county.pages_server`.

The hub is as bad as a test wants it: it serves whatever pictures it was given, and its return page
is blank.
"""

import json
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import uvicorn
from PIL import Image, ImageDraw
from playwright.sync_api import Page
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from county.pages_server import create_app
from tests.support import contents
from tests.support.browser import Authenticator, authenticator
from tests.support.township import Township
from wire import release
from wire.approval import absence, correction, exit_sheet, subject
from wire.approval.absence import Absence
from wire.approval.correction import Correction
from wire.approval.exit_sheet import ExitSheet
from wire.approval.subject import Application
from wire.release import Release

STARTED_S = 10


@dataclass
class Rig:
    """`pictures` are what the hub serves under /pages/<name>."""

    county: str
    hub: str
    township: Township
    pictures: dict[str, bytes] = field(default_factory=dict)

    def application(self, picture: bytes) -> Application:
        """For one page, which is all that the hub serves from now on."""
        name = sha256(picture)
        self.pictures = {name.hexdigest(): picture}
        return self.township.application(pages=(name.digest(),))

    def hold(self, page: Page, person: str) -> Authenticator:
        """The page's device has this person's passkey."""
        device = authenticator(page)
        passkey = self.township.authenticators[person].passkey(contents.RP_ID)
        device.add(passkey.id, passkey.pkcs8, contents.RP_ID)
        return device

    def request(self, application: Application, step: str, person: str) -> dict[str, Any]:
        """What an honest hub's page would put into the fragment."""
        keys = self.township.roster.persons[person].passkeys
        return {
            "v": 1,
            "subject": text(subject.encode(application)),
            "step": step,
            "person": person,
            "roster": self.township.roster.version,
            "credentials": [text(key.credential) for key in keys],
            "pages": [f"{self.hub}/pages/{page.hex()}" for page in application.pages],
            "return": f"{self.hub}/approvals/return",
        }

    def correction(self, made: Correction, step: str, person: str) -> dict[str, Any]:
        """The same for a correction, which has no pages."""
        bare = self.request(self.township.application(pages=()), step, person)
        return {**bare, "subject": text(correction.encode(made))}

    def exit_sheet(self, made: ExitSheet, role: str, person: str) -> dict[str, Any]:
        """The same for an exit sheet."""
        bare = self.request(self.township.application(pages=()), role, person)
        back = f"{self.hub}/handovers/return"
        return {**bare, "subject": text(exit_sheet.encode(made)), "return": back}

    def absence(self, made: Absence, by: str) -> dict[str, Any]:
        """The same for a statement of absence that `by` is to sign."""
        bare = self.request(self.township.application(pages=()), absence.STEP, by)
        return {**bare, "subject": text(absence.encode(made))}

    def release(self, made: Release, office: str, person: str) -> dict[str, Any]:
        """The same for what a village is to publish; its pictures are what the hub serves."""
        bare = self.request(self.township.application(pages=()), office, person)
        pages = [f"{self.hub}/pages/{one.sha256.hex()}" for one in made.attachments]
        data = text(release.encode(made))
        return {**bare, "subject": data, "pages": pages, "return": f"{self.hub}/affairs/return"}

    def open(self, page: Page, request: Mapping[str, Any]) -> None:
        """Go to the signing page with that request and wait until it has made up its mind."""
        fragment = text(json.dumps(request, ensure_ascii=False).encode())
        page.goto(f"{self.county}/sign/#{fragment}")
        page.locator("#sheet:visible, #refusal:visible").wait_for()


def text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def octets(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


def paper(words: str = "居住证明") -> bytes:
    """An A4-shaped PNG with a few lines, so that a page is a page."""
    image = Image.new("RGB", (595, 842), "white")
    draw = ImageDraw.Draw(image)
    for row in range(12):
        draw.rectangle((70, 150 + 45 * row, 70 + 455 - 37 * (row % 4), 160 + 45 * row), "#777")
    draw.rectangle((200, 60, 395, 90), "#333")
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue() + words.encode()


@contextmanager
def rig(folder: Path) -> Iterator[Rig]:
    """Both servers, and a township whose policy names the county page's real origin."""
    with free_socket() as county_socket, free_socket() as hub_socket:
        county = f"http://county.localhost:{county_socket.getsockname()[1]}"
        hub = f"http://hub.localhost:{hub_socket.getsockname()[1]}"
        made = Rig(county, hub, Township.build(policy={"origins": (county,)}))
        (folder / "authority.cbor").write_bytes(made.township.package)
        config = folder / "pages.json"
        config.write_text(
            json.dumps(
                {"rp_id": contents.RP_ID, "hubs": [hub], "offices": {}, "package": "authority.cbor"}
            )
        )
        with running(create_app(config), county_socket), running(_hub(made), hub_socket):
            yield made


def _hub(rig: Rig) -> Starlette:
    async def picture(request: Request) -> Response:
        data = rig.pictures.get(request.path_params["name"])
        headers = {"Access-Control-Allow-Origin": rig.county}
        if data is None:
            return Response(status_code=404, headers=headers)
        return Response(data, media_type="image/png", headers=headers)

    async def back(_request: Request) -> Response:
        return HTMLResponse("<!doctype html><title>back</title><p>back</p>")

    backs = [Route(f"/{name}/return", back) for name in ("approvals", "handovers", "affairs")]
    return Starlette(routes=[Route("/pages/{name}", picture), *backs])


def free_socket() -> socket.socket:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    return listening


@contextmanager
def running(app: ASGIApp, listening: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    ready = threading.Event()
    startup = server.startup

    async def started(sockets: list[socket.socket] | None = None) -> None:
        await startup(sockets)
        ready.set()

    server.startup = started  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    assert ready.wait(STARTED_S)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(STARTED_S)
