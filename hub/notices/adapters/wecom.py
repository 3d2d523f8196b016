"""A robot of a WeCom group (企业微信群机器人), known by the key in its address.

Calls `hub.notices`. As documented: 20 messages a minute, 2048 bytes of text; 45009 says too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import urlencode

from hub.notices.adapters.model import Outcome, Request, errcode, robot
from hub.notices.words import Message

URL: Final = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"
TOO_FAST: Final = 45009
PAUSES: Final = {TOO_FAST: 60}


@dataclass(frozen=True)
class WeCom:
    url: str
    key: str = field(repr=False)
    per_minute: int = 20

    @classmethod
    def make(cls, url: str, lines: Sequence[str]) -> Self:
        """The secret is one line: the robot's key."""
        if len(lines) != 1:
            raise ValueError("one line: key")
        return cls(url, lines[0])

    def request(self, message: Message, now_ms: int) -> Request:  # noqa: ARG002
        headers = {"Content-Type": "application/json; charset=utf-8"}
        return Request(f"{self.url}?{urlencode({'key': self.key})}", robot(message), headers)

    def judge(self, status: int, body: bytes) -> Outcome:
        return errcode(status, body, PAUSES)
