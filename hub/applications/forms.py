"""What somebody typed into the application form, kept as typed, and what is wrong with it.

Calls `hub.applications.{drafts,file}`, `hub.blobs.store` and `wire`.
"""

from dataclasses import dataclass, field
from typing import Final

from django.http import HttpRequest

from hub.applications.drafts import Begun
from hub.applications.file import Draft, check, operators_named
from hub.blobs import store
from wire.lists.content import ApprovalList
from wire.refusals import Refused, to_dict

MOST_BYTES: Final = 10 << 20
PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
FIELDS: Final = ("title", "purpose", "impressions", "seams", "seal")


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
        purpose = (
            f"{draft.purpose}（为{draft.applicant}办理）" if draft.applicant else draft.purpose
        )
        values = {"title": draft.title, "purpose": purpose, "seal": draft.seal, "seams": "0"}
        values["impressions"] = str(draft.impressions)
        return cls(draft.item, values, [begun.operator], begun.pages)

    @classmethod
    def read(
        cls, request: HttpRequest, item: str, person: str, begun: Begun | None = None
    ) -> "Typed":
        """Take over the fields and keep the uploaded pictures; a draft's pages are its photos."""
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
        for upload in request.FILES.getlist("pages"):
            data = upload.read(MOST_BYTES + 1)
            if len(data) > MOST_BYTES or not data.startswith(PICTURES):
                typed.wrong("pages", "bad_request", "PNG or JPEG up to 10 MB")
                continue
            typed.pages.append(store.put(data, "page", person).hex())
        return typed

    def wrong(self, name: str, code: str, detail: str) -> None:
        self.errors.append((name, to_dict(code, detail)))

    def draft(self, device: str, lists: ApprovalList, now_ms: int) -> Draft | None:
        """The draft where it can be filed; else None, and `errors` says why not."""
        for name, label in (("title", "文件名称"), ("purpose", "用途")):
            if not self.values.get(name):
                self.wrong(name, "bad_request", f"请填写{label} {name} is missing")
        if self.errors:
            return None
        try:
            made = Draft(
                device=device,
                item=self.item,
                seal=self.values["seal"],
                title=self.values["title"],
                purpose=self.values["purpose"],
                impressions=_number(self.values["impressions"]),
                seams=_number(self.values["seams"] or "0"),
                operators=operators_named(self.operators, lists, now_ms),
                pages=tuple(bytes.fromhex(one) for one in self.pages),
            )
            check(made, lists)
        except Refused as refused:
            name = refused.detail.split(":")[0] if ":" in refused.detail else "title"
            self.wrong(name, refused.code, refused.detail)
            return None
        return made


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise Refused("bad_request", "impressions: a number is expected")
    return int(text)


def _kept(name: str) -> bool:
    try:
        return store.get(bytes.fromhex(name)) is not None
    except ValueError:
        return False
