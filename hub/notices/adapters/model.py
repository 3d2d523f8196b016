"""What every adapter is: it makes a request of a message, and judges the answer. Pure.

Calls nothing of ours but `hub.notices.words` for a type. Sending is `hub.notices.send`'s.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from hub.notices.words import Message


@dataclass(frozen=True)
class Request:
    """A POST. The address may hold a token and the headers a signature: neither is ever shown."""

    url: str = field(repr=False)
    body: bytes
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """`sent`, or why not by a code; `pause_s`: so long the target wants nothing at all; `over`: it
    is not to be tried again.
    """

    sent: bool
    reason: str = ""
    pause_s: int = 0
    over: bool = False


class Adapter(Protocol):
    """One kind of target."""

    @property
    def per_minute(self) -> int:
        """How much it takes."""

    def request(self, message: Message, now_ms: int) -> Request:
        """What to send at that moment."""

    def judge(self, status: int, body: bytes) -> Outcome:
        """What the answer means."""


SENT = Outcome(sent=True)


def robot(message: Message) -> bytes:
    """A text for a robot of a chat, as both DingTalk and WeCom take it."""
    return json.dumps(
        {"msgtype": "text", "text": {"content": message.zh}}, ensure_ascii=False
    ).encode()


def errcode(status: int, body: bytes, pauses: Mapping[int, int]) -> Outcome:
    """The answer of a robot: HTTP 200 and `errcode` 0, or why not; after the codes of `pauses` it
    wants to be left alone for so many seconds.
    """
    if status != 200:
        return Outcome(sent=False, reason=f"http_{status}")
    try:
        said = json.loads(body)
        code = said["errcode"] if isinstance(said, dict) else None
    except (ValueError, KeyError, RecursionError):
        code = None
    if type(code) is not int:
        return Outcome(sent=False, reason="answer")
    if code == 0:
        return SENT
    return Outcome(sent=False, reason=f"errcode_{code}", pause_s=pauses.get(code, 0))
