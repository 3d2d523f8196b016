"""What somebody typed into the application form, kept as typed, and what is wrong with it.

Calls `hub.applications.{drafts,file}`, `hub.registers.naming`, `hub.intake.render`, `hub.requests`,
`hub.blobs.store` and `wire`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest

from hub.applications.drafts import Begun
from hub.applications.file import Draft, check, operators_named
from hub.blobs import store
from hub.intake import render
from hub.intake.reasons import Unfit
from hub.registers import naming
from hub.requests import file as requests
from hub.requests.models import Request
from wire.approval import subject
from wire.approval.subject import Application
from wire.lists.content import ApprovalList
from wire.refusals import Refused, to_dict

FIELDS: Final = (
    *("title", "purpose", "impressions", "seams", "seal", "amount"),
    *("register", "resolution", "for_whom", "phone"),
)
"""`register` is the number of a resolution in the register, `resolution` how it is named."""


@dataclass
class Typed:
    """The form as the person left it; `pages` are hex hashes of pictures already kept."""

    item: str
    values: dict[str, str] = field(default_factory=dict)
    operators: list[str] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    errors: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @classmethod
    def begun(cls, begun: Begun) -> "Typed":
        """The form as the panel's operator left it."""
        draft = begun.draft
        purpose = for_whom(draft.purpose, draft.applicant)
        values = {"title": draft.title, "purpose": purpose, "seal": draft.seal, "seams": "0"}
        values["impressions"] = str(draft.impressions)
        return cls(draft.item, values, [begun.operator], begun.pages)

    @classmethod
    def asked(cls, request: Request) -> "Typed":
        """The form as a villager left it on the public page."""
        values = {"title": request.title, "purpose": request.purpose, "seams": "0"}
        values |= {"for_whom": request.name, "phone": request.phone}
        values |= {"amount": yuan(request.amount), "resolution": request.resolution}
        values["impressions"] = str(request.impressions)
        return cls(request.item, values, [], list(request.pages))

    @classmethod
    def again(cls, application: Application, seal: str, pages: Iterable[bytes]) -> "Typed":
        """The form as a former application had it, with that seal and those of its pages."""
        texts, counts = ("title", "purpose", "resolution"), ("impressions", "seams")
        values = {name: getattr(application, name) for name in texts} | {"seal": seal}
        values |= {name: str(getattr(application, name)) for name in counts}
        values["amount"] = yuan(application.amount)
        kept = [one for one in (page.hex() for page in pages) if _kept(one)]
        return cls(application.item, values, list(application.operators), kept)

    @property
    def purpose(self) -> str:
        """With the name of whom it is for."""
        name = self.values.get("for_whom", "")
        return for_whom(self.values["purpose"], name)

    @classmethod
    def read(
        cls,
        request: HttpRequest,
        item: str,
        person: str,
        begun: Begun | None = None,
        *,
        most: int,
    ) -> "Typed":
        """Take over the fields and keep the pages of what was uploaded, at most `most` in all; a
        draft's pages are its photos.
        """
        typed = cls(
            item,
            {name: request.POST.get(name, "").strip() for name in FIELDS},
            request.POST.getlist("operators"),
            [one for one in request.POST.getlist("page") if _kept(one)],
        )
        if begun is not None:
            typed.pages = begun.pages
            if not begun.arrived:
                typed.wrong(
                    "pages", "bad_request", "照片还没有到，请稍后再试 photos are on their way"
                )
            return typed
        typed.pages += pages_of(request, typed, person, most)
        if len(typed.pages) > most:
            typed.errors.append(("pages", Unfit("file_too_long", f"最多 {most} 页").words()))
        return typed

    @property
    def beside(self) -> dict[str, list[dict[str, str]]]:
        """What is wrong, by field."""
        found: dict[str, list[dict[str, str]]] = {}
        for name, error in self.errors:
            found.setdefault(name, []).append(error)
        return found

    def wrong(self, name: str, code: str, detail: str) -> None:
        self.errors.append((name, told(code, detail)))

    def draft(self, device: str, lists: ApprovalList, now_ms: int) -> Draft | None:
        """The draft where it can be filed; else None, and `errors` says why not."""
        for name, label in (("title", "文件名称"), ("purpose", "用途")):
            if not self.values.get(name):
                self.wrong(name, "bad_request", f"请填写{label} {name} is missing")
        phone = self.values.get("phone", "")
        if phone and not requests.is_phone(phone):
            self.wrong("phone", "bad_request", "电话只写数字 digits only")
        if len(self.values.get("for_whom", "")) > requests.LENGTHS["name"][1]:
            self.wrong("for_whom", "bad_request", "姓名太长 the name is too long")
        if self.errors:
            return None
        try:
            self._name_resolution(lists.machine.village)
            made = Draft(
                device=device,
                item=self.item,
                seal=self.values["seal"],
                title=self.values["title"],
                purpose=self.purpose,
                impressions=_number(self.values["impressions"]),
                seams=_number(self.values["seams"] or "0"),
                operators=operators_named(self.operators, lists, now_ms),
                pages=tuple(bytes.fromhex(one) for one in self.pages),
                amount=_fen(self.values.get("amount", "")),
                resolution=self.values.get("resolution", ""),
            )
            check(made, lists, now_ms)
        except Refused as refused:
            name, named, said = refused.detail.partition(": ")
            self.wrong(name if named else "title", refused.code, said if named else name)
            return None
        return made

    def _name_resolution(self, village: str) -> None:
        """The text by which approvers know the one that was chosen; raises Refused."""
        if chosen := self.values.get("register", ""):
            self.values["resolution"] = naming.text(chosen, village)
        else:
            naming.check(self.values.get("resolution", ""), village)


def told(code: str, detail: str) -> dict[str, str]:
    """As pages show it; `detail` says it by itself where the code only says that it is wrong."""
    found = to_dict(code, detail)
    if code == "bad_request" and detail:
        found |= {"zh": detail, "next_zh": "", "detail": ""}
    return found


def yuan(fen: int | None) -> str:
    """As people type it; nothing where there is no amount."""
    return "" if fen is None else subject.yuan(fen)


def for_whom(purpose: str, name: str) -> str:
    return f"{purpose}（为{name}办理）" if name else purpose


def pages_of(request: HttpRequest, typed: Typed, source: str, most: int) -> list[str]:
    """Hex hashes of the pages of the uploaded files, kept; what cannot be taken is in `errors`."""
    found: list[str] = []
    uploads = request.FILES.getlist("pages")
    if len(uploads) > most:
        typed.errors.append(("pages", Unfit("file_too_long", f"最多 {most} 页").words()))
        return found
    for upload in uploads:
        room = most - len(typed.pages) - len(found)
        try:
            if room < 1:
                raise Unfit("file_too_long", f"最多 {most} 页")
            data = upload.read(render.MOST_BYTES + 1)
            made = render.pages(upload.name or "", data, room)
        except Unfit as no:
            typed.errors.append(("pages", no.words()))
            continue
        found += [store.put(page, "page", source).hex() for page in made]
    return found


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Refused("bad_request", "impressions: 次数请填整数 a number is expected")
    return int(text)


def _fen(text: str) -> int | None:
    try:
        return subject.fen(text) if text else None
    except ValueError as error:
        raise Refused("bad_request", "amount: 金额请写成 15300 或 15300.50 in yuan") from error


def _kept(name: str) -> bool:
    try:
        return store.get(bytes.fromhex(name)) is not None
    except ValueError:
        return False
