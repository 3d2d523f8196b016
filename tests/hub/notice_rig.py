"""Local servers that answer as the documents of other systems say, for contract tests.

Calls only the standard library. What was not documented they do not do; see docs/operators.md.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Answer = tuple[int, bytes]
HOOK = "whsec_" + base64.b64encode(b"s" * 32).decode()
TOKEN, SEC, KEY = "t" * 64, "SEC" + "5" * 61, "693a91f6-7xxx"
SECRETS = {"https": HOOK, "dingtalk": f"{TOKEN}\n{SEC}", "wecom": KEY}
OK = json.dumps({"errcode": 0, "errmsg": "ok"}).encode()


@dataclass
class Got:
    """One request that arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}

    @property
    def said(self) -> Any:
        return json.loads(self.body)


@dataclass
class Fake:
    """A server of one kind; `mood` is what it does instead of its usual check."""

    kind: str
    got: list[Got] = field(default_factory=list)
    mood: Callable[[Got], Answer] | None = None
    url: str = ""

    def answer(self, got: Got) -> Answer:
        self.got.append(got)
        if self.mood is not None:
            return self.mood(got)
        return {"https": hook, "dingtalk": dingtalk, "wecom": wecom}[self.kind](got)


def hook(got: Got) -> Answer:
    """A receiver after Standard Webhooks."""
    name, at = got.headers["webhook-id"], got.headers["webhook-timestamp"]
    signed = f"{name}.{at}.".encode() + got.body
    wanted = base64.b64encode(hmac.new(b"s" * 32, signed, hashlib.sha256).digest()).decode()
    fresh = abs(time.time() - int(at)) < 300
    good = fresh and f"v1,{wanted}" in got.headers["webhook-signature"].split()
    return (204, b"") if good else (401, b"")


def dingtalk(got: Got) -> Answer:
    """The robot's documented checks, each with its code."""
    asked = got.query
    if asked.get("access_token") != TOKEN:
        return _error(300005, "token is not exist")
    at = asked.get("timestamp", "")
    mac = hmac.new(SEC.encode(), f"{at}\n{SEC}".encode(), hashlib.sha256).digest()
    if not at.isdecimal() or abs(time.time() * 1000 - int(at)) > 3_600_000:
        return _error(310000, "invalid timestamp")
    if asked.get("sign") != base64.b64encode(mac).decode():
        return _error(310000, "sign not match")
    return _text(got)


def wecom(got: Got) -> Answer:
    if got.query.get("key") != KEY:
        return _error(93000, "invalid webhook url")
    return _text(got)


def _text(got: Got) -> Answer:
    said = got.said
    content = said.get("text", {}).get("content", "") if said.get("msgtype") == "text" else ""
    if not content or len(content.encode()) > 2048:
        return _error(40008, "invalid message type")
    return 200, OK


def _error(code: int, words: str) -> Answer:
    return 200, json.dumps({"errcode": code, "errmsg": words}).encode()


@contextmanager
def running(kind: str) -> Iterator[Fake]:
    """The server, on this computer alone."""
    fake = Fake(kind)

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, data = fake.answer(Got(self.path, headers, body))
            self.send_response(status)
            if status in (301, 307):
                self.send_header("Location", f"http://{self.headers['Host']}/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake.url = f"http://127.0.0.1:{server.server_port}/send"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
