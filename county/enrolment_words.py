"""An enrolment in the officers' words. Pure; calls `county.{days,difference,enrolment}`."""

from collections.abc import Iterator, Mapping
from typing import Final

from county import days, difference
from county.enrolment import Enrolled
from wire.lists.enrolment import PAPERS

UNNAMED: Final = "00000000-0000-0000-0000-000000000000"
_PAPERS: Final[Mapping[str, str]] = dict(
    zip(
        PAPERS,
        ("居民身份证 identity card", "临时身份证 temporary identity card", "护照 passport"),
        strict=True,
    )
)


def told(found: Enrolled) -> Iterator[str]:
    """Who enrolled whom, when, by which paper, and on which authenticators."""
    yield f"本人 person: {found.person}"
    yield f"第二人 second officer: {found.witness}（{_PAPERS[found.paper]}）"
    yield f"时间 time: {days.shown(found.time)}"
    for number, key in enumerate(found.keys, 1):
        model = "没有说明 not told" if key.model == UNNAMED else key.model
        yield f"第 {number} 把 passkey {number}: {key.alg}, 型号 model (AAGUID): {model}"
        yield f"  凭据 credential: {key.passkey.credential.hex()}"
        yield f"  指纹 fingerprint: {difference.fingerprint(key.passkey)}"
    if len(found.keys) == 1:
        yield "! 只有一把。每人要两把：丢了一把还能签。 Only one passkey; everybody needs two."
    if found.seen is None:
        yield "! 第二人还没有确认。 The second officer has not confirmed it."
