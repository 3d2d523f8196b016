"""The demo's people at their browsers: log in, file, approve, stamp, over the sites' own HTTP.

Calls demo.state, httpx and wire. Every passkey answer is a real assertion.
"""

import html
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import httpx

from demo.processes import DemoError
from demo.state import DemoState, Person
from wire import release
from wire.approval import decision, subject

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
SIGN = re.compile(r'href="([^"]+/sign/#[^"]+)"')


class Browser:
    """One person's session on one of the demo's sites; names resolve to this computer."""

    def __init__(self, state: DemoState, site: str) -> None:
        self.state = state
        self.origin = state.origins[site]
        host = self.origin.removeprefix("http://")
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{state.ports[site]}",
            headers={"Host": host, "Origin": self.origin},
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    def get(self, path: str) -> str:
        """The page's text; raises DemoError for anything but a page."""
        answer = self._client.get(path)
        if answer.status_code != 200:
            raise DemoError(f"GET {path}: {answer.status_code}")
        return answer.text

    def post(self, path: str, **given: Any) -> httpx.Response:
        """Post a form or JSON as the page would; raises DemoError where it is refused."""
        answer = self._client.post(path, **given)
        if answer.status_code >= 400:
            raise DemoError(f"POST {path}: {answer.status_code} {_words(answer.text)}")
        return answer

    def sent(self, path: str, fields: dict[str, Any], **given: Any) -> str:
        """Where a form leads to; raises DemoError where it stays, with what the page says."""
        answer = self.post(path, data=fields, **given)
        if "location" not in answer.headers:
            raise DemoError(f"{path} was not taken: {_words(answer.text)}")
        return str(answer.headers["location"])


class Staff(Browser):
    """Somebody of the village or township on the hub's staff site."""

    def __init__(self, state: DemoState, person: Person) -> None:
        super().__init__(state, "hub")
        self.person = person
        self.token = _token(self.get("/login/"))
        asked = self._json("/login/options", {"person": person.id})
        made = person.authenticator.get_assertion(
            asked["rpId"], self.origin, _bytes(asked["challenge"])
        )
        self._json("/login/verify", _fields(made))

    def file(self, item: str, page: bytes, **fields: Any) -> int:
        """File an application; its number."""
        path = f"/items/{item}/new"
        self.token = _token(self.get(path))
        form = {"csrfmiddlewaretoken": self.token, **fields}
        checked = self.post(path, data=form, files={"pages": ("page.png", page, "image/png")})
        kept = re.findall(r'name="page" value="([0-9a-f]{64})"', checked.text)
        form |= {"csrfmiddlewaretoken": _token(checked.text), "page": kept, "confirmed": "yes"}
        filed = self.post(path, data=form)
        found = re.search(r"/applications/(\d+)/", filed.headers.get("location", ""))
        if found is None:
            raise DemoError(f"the application was not filed: {_words(filed.text)}")
        return int(found[1])

    def find(self, title: str) -> int | None:
        """The number of the newest application of that title, as the home page lists it."""
        row = re.search(
            rf'href="/applications/(\d+)/">\s*<strong>{re.escape(title)}<', self.get("/")
        )
        return None if row is None else int(row[1])

    def asked(self, number: int) -> bool:
        """Whether the application's page asks this person to sign."""
        return SIGN.search(self.get(f"/applications/{number}/")) is not None

    def approve(self, number: int) -> None:
        """Sign on the county's page what it would show of the application, and hand it in."""
        self._sign(f"/applications/{number}/", "application", "/approvals/submit")

    def review(self, path: str) -> None:
        """Sign what the page at that path puts to review, likewise."""
        self._sign(path, release.KIND, "/affairs/review")

    def do(self, path: str, fields: dict[str, Any], **given: Any) -> str:
        """Send a form of one of the staff's pages; where it leads to."""
        return self.sent(path, {"csrfmiddlewaretoken": self.token, **fields}, **given)

    def _sign(self, path: str, kind: str, submit: str) -> None:
        page = self.get(path)
        link = SIGN.search(page)
        if link is None:
            raise DemoError(f"{self.person.name} is not asked to sign")
        asked = json.loads(_bytes(html.unescape(link[1]).split("#", 1)[1]))
        digest = subject.subject_hash(_bytes(asked["subject"]))
        challenge = decision.challenge(
            kind, digest, asked["step"], asked["person"], "approve", asked["roster"]
        )
        made = self.person.authenticator.get_assertion(
            "county.localhost", self.state.origins["county"], challenge
        )
        self.token = _token(page)
        answer = {
            "v": 1,
            "subject_hash": _text(digest),
            "step": asked["step"],
            "person": asked["person"],
            "decision": "approve",
            "roster": asked["roster"],
        }
        self._json(submit, {**answer, **_fields(made)})

    def _json(self, path: str, fields: dict[str, Any]) -> Any:
        return self.post(path, json=fields, headers={"X-CSRFToken": self.token}).json()


def _fields(made: Any) -> dict[str, str]:
    return {
        "credential": _text(made.credential),
        "authenticator_data": _text(made.authenticator_data),
        "client_data": _text(made.client_data),
        "signature": _text(made.signature),
    }


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise DemoError("a page without a form")
    return found[1]


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())[:300]


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))
