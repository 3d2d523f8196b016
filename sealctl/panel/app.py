"""The touch screen in the village office: server-rendered pages over lockd's panel socket.

Calls only wire, lockd's panel socket and camerad's preview socket. It decides nothing: lockd judges
every verb again. Every answer passes `guard`. This file is the table of addresses.
"""

from collections.abc import Sequence
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sealctl.panel.acts import Acts
from sealctl.panel.corrections import CorrectionScreen
from sealctl.panel.desk import Desk
from sealctl.panel.drafts import Drafts
from sealctl.panel.emergency import EmergencyScreen
from sealctl.panel.enrolment import Enrolment
from sealctl.panel.guard import Guard
from sealctl.panel.live import Live
from sealctl.panel.pages import Pages
from sealctl.panel.papers import Papers
from sealctl.panel.render import HERE
from sealctl.panel.unenrolment import Unenrolment


def create_app(
    panel_sock: Path, preview_sock: Path, voices: Sequence[Path] = (), phone: str = ""
) -> Starlette:
    """The panel's application over the two sockets; `voices` are folders of spoken clips, `phone`
    is whom to call in the township.
    """
    desk = Desk(panel_sock, preview_sock, voices)
    pages, acts, live = Pages(desk), Acts(desk), Live(desk)
    papers, drafts, enrolment = Papers(desk), Drafts(desk), Enrolment(desk)
    emergency, corrections = EmergencyScreen(desk), CorrectionScreen(desk)
    unenrolment = Unenrolment(desk)
    app = Starlette(
        routes=[
            Route("/", pages.home),
            Route("/pin", pages.pin),
            Route("/grants", pages.grants),
            Route("/read", pages.read),
            Route("/items", pages.items),
            Route("/items/{item}", pages.item),
            Route("/items/{item}/demanded", pages.demanded),
            Route("/items/{item}/noted", pages.noted),
            Route("/draft", drafts.items),
            Route("/draft/{item}", drafts.pages),
            Route("/draft/{item}/who", drafts.who),
            Route("/draft/{item}/what", drafts.what),
            Route("/draft/{item}/sent", drafts.sent),
            Route("/enrol", enrolment.show),
            Route("/enrol", enrolment.begin, methods=["POST"]),
            Route("/enrol/end", enrolment.end, methods=["POST"]),
            Route("/emergency", emergency.show),
            Route("/emergency", emergency.declare, methods=["POST"]),
            Route("/corrections", corrections.show),
            Route("/corrections", corrections.write, methods=["POST"]),
            Route("/unenrol", unenrolment.show),
            Route("/unenrol", unenrolment.take, methods=["POST"]),
            Route("/register", papers.register),
            Route("/register.pdf", papers.pdf),
            Route("/watch", live.watch),
            Route("/preview.jpg", live.preview),
            Route("/voice/{phrase}", live.voice),
            Route("/seen", acts.seen, methods=["POST"]),
            Route("/set", acts.switch, methods=["POST"]),
            Route("/scan", acts.scan, methods=["POST"]),
            Route("/do/{name}", acts.act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(Guard)],
    )
    app.state.phone = phone
    return app
