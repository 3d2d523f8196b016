"""The courier on foot: what waits in lockd onto a USB stick, and what the township put there into
lockd. Calls `sync.{courier,held,outbox}`, `stick` and `wire`.

It keeps nothing and may be repeated at will: lockd judges whatever the stick brings, by the same
verbs as syncd's, and what has no receipt is carried again. First in, then out.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from stick import files
from stick.files import Found, Source
from sync import held
from sync.courier import MOST, Courier, Pulled
from sync.outbox import portions
from wire import messages
from wire.carried import CODE, Item
from wire.errors import WireError
from wire.refusals import REFUSALS, Refused

PHOTO_LIMIT: Final = 16 << 20
ORDER: Final = ("list", "receipts", "page", "held")
"""A list comes first: by its policy the receipts are judged, and it names the pages."""


@dataclass(frozen=True)
class Problem:
    """Something that was not taken, in Chinese and English."""

    zh: str
    en: str


@dataclass
class Carried:
    """What came of one meeting of machine and stick. `list_version`, `receipted`, `answered` and
    `entries` are as lockd says afterwards; `list_version` 0 is none. What was answered and not
    receipted waits for the county's witnesses.
    """

    device: str
    brought: bool = False
    list_version: int = 0
    receipted: int = 0
    answered: int = 0
    pages: int = 0
    photos_held: int = 0
    entries: int = 0
    photos: int = 0
    new_bytes: int = 0
    problems: list[Problem] = field(default_factory=list)


class Carrier:
    """`photos` is the machine's folder of photos, `ca` the township's certificate, None where the
    machine was never told it: then no photo is let go.
    """

    def __init__(
        self, courier: Courier, photos: Path, ca: Path | None, now_ms: Callable[[], int]
    ) -> None:
        self._courier = courier
        self._photos = photos
        self._ca = ca
        self._now_ms = now_ms

    def carry(self, stick: Path) -> Carried:
        """Both ways. Raises AwayError without lockd, StickError where the stick cannot be used.

        What lockd took before that, it keeps.
        """
        done = Carried(self._courier.hello().device)
        with files.opened(stick, done.device, "down") as found:
            self._bring(found, done)
        self._take(stick, done)
        hello = self._courier.hello()
        done.list_version = hello.list_version
        done.receipted, done.answered = hello.receipted, hello.answered
        return done

    def _bring(self, found: Found, done: Carried) -> None:
        if found.why is not None:
            done.problems.append(Problem(*found.why))
        if found.manifest is None:
            return
        done.brought = True
        for kind in ORDER:
            for item in found.manifest.items:
                if item.kind == kind:
                    self._bring_one(found, item, done)

    def _bring_one(self, found: Found, item: Item, done: Carried) -> None:
        if item.kind == "page" and item.sha256 not in self._courier.wanted():
            return
        data = found.data(item)
        if data is None:
            done.problems.append(_damaged(item))
            return
        try:
            self._hand_over(item.kind, data, done)
        except (Refused, WireError) as error:
            done.problems.append(_refused(item, error))

    def _hand_over(self, kind: str, data: bytes, done: Carried) -> None:
        if kind == "list":
            self._courier.adopt(data)
        elif kind == "receipts":
            self._courier.receipts(data)
        elif kind == "page":
            self._courier.page(data)
            done.pages += 1
        else:
            if self._ca is None:
                raise WireError(CODE, "machine.toml names no [hub] ca to check it by")
            has = held.photos(data, device=done.device, ca=self._ca, now_ms=self._now_ms())
            for sha256 in self._courier.photos():
                if sha256 in has:
                    self._courier.photo_sent(sha256)
                    done.photos_held += 1

    def _take(self, stick: Path, done: Carried) -> None:
        entries = list(self._waiting())
        envelopes = [one.envelope for one in entries]
        openings = [one.openings for one in entries if one.openings is not None]
        sources = [
            _source("entries", messages.encode_entries(portion)) for portion in portions(envelopes)
        ]
        sources += [
            _source("openings", messages.encode_openings(portion)) for portion in portions(openings)
        ]
        photos = list(self._pending(done))
        put = files.put(stick, done.device, "up", sources, more=photos, made_ms=self._now_ms())
        done.entries, done.photos = len(entries), len(photos) - put.left_out
        done.new_bytes = put.new_bytes
        if put.left_out:
            done.problems.append(
                Problem(
                    f"U盘放不下 {put.left_out} 张照片，请换一个空的再来一次。",
                    f"{put.left_out} photos do not fit on the stick: carry again with more room.",
                )
            )

    def _waiting(self) -> Iterator[Pulled]:
        """Every entry without a receipt, in order."""
        after = self._courier.hello().receipted
        while page := self._courier.pull(after, MOST, 0):
            yield from page
            after = page[-1].seq

    def _pending(self, done: Carried) -> Iterator[Source]:
        for sha256 in self._courier.photos():
            path = self._photos / f"{sha256.hex()}.jpg"
            try:
                data = path.read_bytes() if path.stat().st_size <= PHOTO_LIMIT else b""
            except OSError:
                data = b""
            if hashlib.sha256(data).digest() == sha256:
                yield Source(Item("photo", len(data), sha256), path.read_bytes)
            else:
                name = sha256.hex()[:12]
                done.problems.append(
                    Problem(f"照片 {name} 读不出来。", f"Photo {name} cannot be read.")
                )


def _source(kind: str, data: bytes) -> Source:
    return Source(Item(kind, len(data), hashlib.sha256(data).digest()), lambda: data)


def _damaged(item: Item) -> Problem:
    name = _NAMES[item.kind]
    return Problem(
        f"{name.zh}：U盘上缺失或损坏，请重新从镇里带来。",
        f"{name.en}: missing or damaged on the stick; have it carried again.",
    )


def _refused(item: Item, error: Refused | WireError) -> Problem:
    name = _NAMES[item.kind]
    if isinstance(error, WireError):
        return Problem(f"{name.zh}：不接受（{error}）。", f"{name.en}: not accepted ({error}).")
    known = REFUSALS[error.code]
    return Problem(f"{name.zh}：{known.zh}（{error}）", f"{name.en}: {known.en} ({error})")


_NAMES: Final = {
    "list": Problem("清单", "list"),
    "receipts": Problem("回执", "receipts"),
    "page": Problem("审批页", "approved page"),
    "held": Problem("照片收条", "word on photos"),
}
