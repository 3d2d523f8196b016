"""A robot of a DingTalk group (钉钉自定义机器人) with a signature (加签).

Calls `hub.notices`. As documented: `timestamp` in ms and `sign`, the HMAC-SHA256 of timestamp, a
line feed and the secret under the secret, go into the address, which is good for an hour; 20
messages a minute, and after more of them (130101) silence for ten minutes.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlencode

from hub.notices.adapters.model import Outcome, Request, errcode, robot
from hub.notices.words import Message

URL: Final = "https://oapi.dingtalk.com/robot/send"
TOO_FAST: Final = 130101
PAUSES: Final = {TOO_FAST: 600}


@dataclass(frozen=True)
class DingTalk:
    url: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    per_minute: int = 20

    @classmethod
    def make(cls, url: str, lines: Sequence[str]) -> Self:
        """The secret is two lines: the robot's access_token, and its SEC… for the signature."""
        if len(lines) != 2 or not lines[1].startswith("SEC"):
            raise ValueError("two lines: access_token, SEC…")
        return cls(url, lines[0], lines[1])

    def request(self, message: Message, now_ms: int) -> Request:
        signed = f"{now_ms}\n{self.secret}".encode()
        mac = hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        asked = {
            "access_token": self.token,
            "timestamp": str(now_ms),
            "sign": base64.b64encode(mac).decode(),
        }
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return Request(f"{self.url}?{urlencode(asked)}", robot(message), headers)

    def judge(self, status: int, body: bytes) -> Outcome:
        return errcode(status, body, PAUSES)
