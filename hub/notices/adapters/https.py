"""Any other system, by a POST that is signed as Standard Webhooks has it.

Calls `hub.notices`. The receiver holds HMAC-SHA256 over `id.timestamp.body` against the header, and
refuses what is old; the id is the same for each try of one message.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Self

from hub.notices.adapters.model import SENT, Outcome, Request
from hub.notices.words import Message

PREFIX: Final = "whsec_"
LEAST: Final = 24
"""Bytes of a secret."""
GONE: Final = 410


@dataclass(frozen=True)
class Https:
    url: str
    secret: bytes = field(repr=False)
    per_minute: int = 600

    @classmethod
    def make(cls, url: str, lines: Sequence[str]) -> Self:
        """The secret is one line `whsec_…`: 24 bytes or more, in base64."""
        words = f"one line {PREFIX}… of {LEAST} bytes or more in base64"
        if len(lines) != 1 or not lines[0].startswith(PREFIX):
            raise ValueError(words)
        try:
            secret = base64.b64decode(lines[0].removeprefix(PREFIX), validate=True)
        except ValueError as error:
            raise ValueError(words) from error
        if len(secret) < LEAST:
            raise ValueError(words)
        return cls(url, secret)

    def request(self, message: Message, now_ms: int) -> Request:
        at = datetime.fromtimestamp(message.made_ms / 1000, UTC).isoformat(timespec="milliseconds")
        told = {"type": message.kind, "timestamp": at, "zh": message.zh, "data": message.data}
        body = json.dumps(told, ensure_ascii=False).encode()
        now_s = str(now_ms // 1000)
        signed = b".".join((message.id.encode(), now_s.encode(), body))
        mac = base64.b64encode(hmac.new(self.secret, signed, hashlib.sha256).digest()).decode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": now_s,
            "webhook-signature": f"v1,{mac}",
        }
        return Request(self.url, body, headers)

    def judge(self, status: int, body: bytes) -> Outcome:  # noqa: ARG002
        """Any 2xx; 410 says that nobody wants it any more."""
        if 200 <= status < 300:
            return SENT
        return Outcome(sent=False, reason=f"http_{status}", over=status == GONE)
