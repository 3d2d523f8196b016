"""How each kind of other system is told, and what its answer means. Calls its own modules."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from hub.notices.adapters import dingtalk, https, wecom
from hub.notices.adapters.model import Adapter


@dataclass(frozen=True)
class Kind:
    """`url` is the usual address, None where there is none; `make(url, lines of its secret)` raises
    ValueError for a secret of another form.
    """

    url: str | None
    make: Callable[[str, Sequence[str]], Adapter]


KINDS: Final[Mapping[str, Kind]] = {
    "https": Kind(None, https.Https.make),
    "dingtalk": Kind(dingtalk.URL, dingtalk.DingTalk.make),
    "wecom": Kind(wecom.URL, wecom.WeCom.make),
}
