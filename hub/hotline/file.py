"""From what a villager typed to a case, and what he says and judges later, by his receipt code.

Calls `hub.hotline.{attached,cards,codes,models,routing,uploads,vault,workdays}` and
`hub.requests.codes`.
What the table sends to the county is never written, not even its being tried.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import IntegrityError, transaction

from hub.days import today
from hub.hotline import attached, cards, codes, vault
from hub.hotline.models import Act, Case, Identity, Message, Original, Place
from hub.hotline.router import LABEL
from hub.hotline.routing import COUNTY, Route, routes
from hub.hotline.uploads import Taken
from hub.requests import codes as receipts
from wire.refusals import Refused

DAY_MS: Final = 86_400_000
WORDS_MOST: Final = 4000
LENGTHS: Final[Mapping[str, tuple[str, int]]] = {
    "accused": ("姓名", 32),
    "name": ("您的姓名", 32),
    "phone": ("您的电话", 20),
    "elder": ("老人的姓名", 32),
}
IDENTITY: Final = ("name", "phone", "elder")


def places() -> dict[str, str]:
    """Villages by id, as the form offers them."""
    return dict(Place.objects.order_by("name").values_list("village", "name"))


def wrong_route(values: Mapping[str, str], villages: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with whom it concerns: (field, sentence)."""
    route = routes().get(values.get("concern", ""))
    if route is None:
        return [("concern", "请选一项：反映的是谁。")]
    if route.to != COUNTY and route.village and values.get("village", "") not in villages:
        return [("village", "请选是哪个村的事。")]
    return []


def wrong(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is wrong with the rest: (field, sentence)."""
    found = []
    if sentence := wrong_words(values.get("words", "")):
        found.append(("words", sentence))
    for name, (words, most) in LENGTHS.items():
        text = values.get(name, "")
        if len(text) > most or not text.isprintable():
            found.append((name, f"{words}最多 {most} 个字，不能有特殊符号。"))
    if values.get("who") == "named" and not values.get("name"):
        found.append(("name", "实名反映请写您的姓名；不想写，请选“匿名”。"))
    if values.get("who") not in ("named", "anonymous"):
        found.append(("who", "请选一项：实名还是匿名。"))
    return found


def wrong_words(words: str) -> str:
    """What is wrong with what somebody says, empty where nothing is."""
    if not words.strip():
        return "请写下是什么事。"
    if len(words) > WORDS_MOST or not plain(words).replace("\n", "").isprintable():
        return f"最多 {WORDS_MOST} 个字，不能有特殊符号。"
    return ""


def submit(
    values: Mapping[str, str], files: Sequence[Taken], *, drawn: str, most: int, now_ms: int
) -> str:
    """Keep it; the receipt code. The same `drawn` again keeps nothing twice. Raises Refused."""
    route, code = _route(values), receipts.of(drawn)
    name = codes.kept(code, codes.REPORT)
    if Case.objects.filter(code=name).exists():
        return code
    if Case.objects.filter(made_ms__gt=now_ms - DAY_MS).count() >= most:
        raise Refused("too_soon", "今天收到的太多，请明天再来，或打 12388")
    try:
        with transaction.atomic(using=LABEL):
            made = Case.objects.create(
                code=name,
                village=values["village"] if route.village else "",
                concern=route.id,
                accused=values["accused"],
                about=attached.known(values["about"]),
                made_ms=now_ms,
            )
            _keep(made, values["words"], files, now_ms)
            if values["who"] == "named":
                who = {one: values[one] for one in IDENTITY if values[one]}
                Identity.objects.create(case=made, sealed=vault.pack(who))
    except IntegrityError:
        return code
    return code


def find(name: bytes) -> Case | None:
    """By the slow hash of its receipt code."""
    return Case.objects.filter(code=name).first()


def say(case: Case, words: str, files: Sequence[Taken], now_ms: int) -> None:
    """The reporter adds something."""
    with transaction.atomic(using=LABEL):
        _keep(case, words, files, now_ms)


def rate(case: Case, verdict: str, now_ms: int) -> None:
    """The reporter's judgement of an answer; raises Refused('not_now') where none is asked."""
    with transaction.atomic(using=LABEL):
        Case.objects.select_for_update().get(pk=case.pk)
        if verdict not in ("yes", "no") or "rated" not in cards.MAY[cards.state(done(case))]:
            raise Refused("not_now", "no answer to be judged")
        Act.objects.create(case=case, what="rated", days=int(verdict == "yes"), made_ms=now_ms)


def done(case: Case) -> list[cards.Done]:
    """Its acts as the rules read them."""
    return [cards.Done(one.what, today(one.made_ms), one.days) for one in acts(case)]


def acts(case: Case) -> list[Act]:
    return sorted(case.acts.all(), key=lambda one: one.pk)


def plain(words: str) -> str:
    """As it is kept: lines stay lines."""
    return "\n".join(line.rstrip() for line in words.replace("\r\n", "\n").strip().split("\n"))


def _route(values: Mapping[str, str]) -> Route:
    route = routes().get(values.get("concern", ""))
    if route is None or route.to == COUNTY:
        raise Refused("bad_request", "not taken here")
    return route


def _keep(case: Case, words: str, files: Sequence[Taken], now_ms: int) -> None:
    said = Message.objects.create(case=case, words=plain(words), made_ms=now_ms)
    for one in files:
        sealed = vault.seal(one.original)
        Original.objects.create(
            message=said,
            kind=one.kind,
            sealed=sealed,
            sha256=hashlib.sha256(sealed).digest(),
            redrawn=one.redrawn,
        )
