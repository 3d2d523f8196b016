"""One entry told in Chinese and English: sections of lines, for people and as JSON. Pure.

Calls `wire` and `inspector`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from inspector.leaf import Leaf
from inspector.records import Record
from inspector.report import told
from inspector.report.span import clock
from inspector.show.around import Around
from inspector.show.checks import Checked
from inspector.show.signers import away, key, named
from wire.approval import subject
from wire.lists.content import ApprovalList, Grant
from wire.record import words
from wire.record.envelope import entry_hash
from wire.record.kinds import BYTES, CODES, DOCUMENTS, PHOTOS

Line = tuple[str, str]

DECISIONS: Final = {"approve": "批准 approve", "return": "退回 return"}


@dataclass(frozen=True)
class Section:
    """`name` is for programs."""

    name: str
    title: str
    lines: tuple[Line, ...]


def sections(target: Leaf, around: Around, checked: Checked, size: int) -> tuple[Section, ...]:
    """Everything about the entry; sections without lines are left out."""
    name = entry_hash(target.data)
    record = Record(target.index, name, target.entry, checked.values, checked.lists, None)
    made = (
        Section("entry", "记录 entry", tuple(_head(record, size))),
        Section("body", "内容 body", tuple(_body(record))),
        Section("matter", "用印 what it was for", tuple(_matter(around, checked.lists))),
        Section("approvals", "审批 approvals", tuple(_approvals(around, checked.lists))),
        Section("list", "清单 list", tuple(_list(around))),
        Section("related", "相关记录 related entries", tuple(_related(target, around))),
        Section("proof", "证明 inclusion proof", tuple(_proof(checked))),
        Section("checks", "单条核验 checks of this entry", tuple(_checks(checked))),
    )
    return tuple(one for one in made if one.lines)


def _head(record: Record, size: int) -> Iterator[Line]:
    entry = record.entry
    kind, kind_en = words.KINDS[entry.kind]
    yield "机器 machine", f"{entry.device} #{entry.seq}（{record.village}）"
    yield "日志 log", f"第 {record.leaf} 叶，共 {size} 叶 leaf {record.leaf} of {size}"
    yield "记录指纹 hash", record.hash.hex()
    yield "类别 kind", f"{kind} {kind_en}（{entry.kind}）"
    quality = words.QUALITIES[entry.time.quality]
    yield "时间 time", f"{clock(entry.time.wall)}（{quality} {entry.time.quality}）"
    yield "开机后 since boot", f"{entry.time.mono / 1000:.1f} s"
    yield "前一条 previous", entry.prev.hex()
    yield "见过的日志头 seen", "—" if entry.seen is None else entry.seen.hex()


def _body(record: Record) -> Iterator[Line]:
    what = told.what(record)
    if what:
        yield "说明 in words", what
    for name, value in record.entry.body.items():
        zh, en = words.FIELDS[name]
        yield f"{zh} {en}", _value(record, name, value)


def _value(record: Record, name: str, value: object) -> str:
    opened = record.values.get(name)
    if isinstance(opened, bytes) and name in PHOTOS:
        return f"photos/{opened.hex()}.jpg"
    if isinstance(opened, bytes):
        return f"{len(opened)} 字节，见说明" if name in DOCUMENTS | BYTES else opened.hex()
    if isinstance(opened, str):
        shown = opened if name in CODES else record.name(opened)
        return shown if shown == opened else f"{shown}（{opened}）"
    if name == "findings":
        return told.seen(record.entry.body[name])
    if name == "seal" or name == "item":
        known = (told.seal if name == "seal" else told.item)(record.lists, str(value))
        return f"{known}（{value}）"
    return _plain(value)


def _plain(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return "、".join(map(_plain, value)) or "—"
    return str(value) or "—"


def _grant(around: Around, lists: ApprovalList | None) -> Grant | None:
    if around.opening is None or lists is None:
        return None
    wanted = around.opening.entry.body["grant"]
    return next((one for one in lists.grants.grants if one.id == wanted), None)


def _matter(around: Around, lists: ApprovalList | None) -> Iterator[Line]:
    grant = _grant(around, lists)
    if grant is None:
        return
    asked = subject.decode(grant.subject)
    yield "事项 item", f"{told.item(lists, asked.item)}（{asked.item}）"
    yield "印章 seal", f"{told.seal(lists, asked.seal)}（{asked.seal}）"
    yield "名称 title", asked.title
    yield "用途 purpose", asked.purpose
    yield "申请人 applicant", f"{asked.applicant_name}（{asked.applicant}）"
    yield "申请时间 filed", clock(asked.created)
    yield "有效期 valid", f"{clock(asked.not_before)} 至 {clock(asked.not_after)}"
    if asked.amount is not None:
        yield "金额 amount", f"{subject.yuan(asked.amount)} 元 yuan"
    if asked.resolution:
        yield "决议 resolution", asked.resolution
    yield "次数 impressions", f"{asked.impressions}（整张 full）＋ {asked.seams}（骑缝 seam）"
    yield "准许的盖印员 operators", "、".join(named(lists, one) for one in asked.operators)
    yield "页数 pages", str(len(asked.pages))
    for number, page in enumerate(asked.pages, start=1):
        yield f"第 {number} 页指纹 page {number}", page.hex()


def _approvals(around: Around, lists: ApprovalList | None) -> Iterator[Line]:
    grant = _grant(around, lists)
    if around.declared is not None:
        entry = around.declared.entry
        yield "应急 emergency", f"没有审批；两人声明于 #{entry.seq}，由 verify 连同前后记录核验"
    if grant is None or lists is None:
        return
    asked = subject.decode(grant.subject)
    for one in grant.approvals:
        office = told.office(lists, asked.item, one.step)
        yield (
            f"{office} {one.step}",
            f"{named(lists, one.person)}，{DECISIONS[one.decision]}，{key(one)}",
        )
    for number, said in enumerate(grant.absences, start=1):
        yield f"不在 {number} away", away(lists, said)
    listed = around.listed
    if listed is not None:
        yield (
            "时间 times",
            (
                f"签名不带时间：在 {clock(asked.created)} 申请之后，第 {listed.leaf} 叶清单之前。 "
                f"No time is signed: after filing, before the list of leaf {listed.leaf}."
            ),
        )


def _list(around: Around) -> Iterator[Line]:
    listed = around.listed
    if listed is not None:
        yield "版本 version", f"第 {listed.named.version} 版，日志第 {listed.leaf} 叶"
        yield "文件 file", f"lists/{listed.named.sha256.hex()}.cbor"


def _related(target: Leaf, around: Around) -> Iterator[Line]:
    related = (
        ("应急声明 emergency", around.declared),
        ("准许 authorised", around.opening),
        ("结果 how it ended", around.end),
        ("作废 correction", around.correction),
    )
    for label, leaf in related:
        if leaf is not None and leaf.index != target.index:
            zh, en = words.KINDS[leaf.entry.kind]
            yield label, f"{leaf.entry.device} #{leaf.entry.seq}，第 {leaf.index} 叶，{zh} {en}"


def _proof(checked: Checked) -> Iterator[Line]:
    for number, one in enumerate(checked.proof, start=1):
        yield f"{number}", one.hex()


def _checks(checked: Checked) -> Iterator[Line]:
    for one in checked.checks:
        yield f"{one.zh} {one.en}", f"✘ {one.failed}" if one.failed else f"✔ {one.but}".rstrip()
