"""Plainly invented papers that ask for a seal, drawn as A4 pages. Calls only hardware.sim.fonts."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from PIL import Image, ImageDraw

from hardware.sim.fonts import font

WIDTH, HEIGHT = 1240, 1754  # A4 at 150 dpi
MARGIN = 165
TOP = 190
TITLE_PIXELS, TEXT_PIXELS, SMALL_PIXELS = 50, 33, 22
LINE = 60
CLOSING_RIGHT, CLOSING_TOP = 1060, 1262
NOTICE = "演示文件，人名与内容均为虚构 · demonstration, everything invented"
_NEVER_FIRST = "，。、；：！？）》”"


@dataclass(frozen=True)
class Document:
    """A paper: title, paragraphs with {facts} in them, and who closes it. The seal belongs on the
    closing.
    """

    title: str
    paragraphs: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    closing: str = "晨光村村民委员会(演示)"
    date: str = "二〇二六年三月十二日"

    def with_facts(self, **facts: str) -> "Document":
        """The same paper with other facts: what a look-alike page would be."""
        return replace(self, facts={**self.facts, **facts})


DOCUMENTS: Mapping[str, Document] = {
    "house": Document(
        "村民建房用地申请",
        (
            "晨光村村民委员会：",
            (
                "申请人{name}，系本村第三村民小组村民，家庭现有人口{people}人。因原有房屋年久失修，"
                "申请在{place}拆除旧房、原址新建住房。"
            ),
            (
                "拟建房屋占地面积{area}平方米，建筑层数三层，总高度不超过十米，四至以现场放样为准，"
                "与左右邻户已就界址协商一致，并书面签字确认。"
            ),
            (
                "预计建设费用人民币{money}元，资金由家庭自筹。施工期间将遵守村规民约，"
                "不占用公共道路，不影响相邻房屋的安全和采光。"
            ),
            "以上情况属实，请予审核。",
        ),
        {
            "name": "林小满",
            "people": "5",
            "place": "晨光村东塘路18号",
            "area": "120",
            "money": "386,000",
        },
    ),
    "residence": Document(
        "居住情况证明",
        (
            (
                "兹证明{name}自{since}起在本村{place}租住，与房东{landlord}签有租赁合同，"
                "合同期限至{until}止。"
            ),
            "居住期间遵守村规民约，按时缴纳卫生费每月{money}元，未发现违反租住管理规定的情况。",
            "本证明仅供办理子女就近入学使用，其他用途无效。",
            "特此证明。",
        ),
        {
            "name": "何春生",
            "since": "2023年9月1日",
            "until": "2027年8月31日",
            "place": "南埠头12号二楼",
            "landlord": "林大川",
            "money": "15",
        },
    ),
    "land": Document(
        "农村土地承包经营权变更说明",
        (
            "示例镇农业农村办公室：",
            "本村农户{name}承包的位于{place}的耕地，面积{area}亩，承包合同编号{number}。",
            (
                "因家庭成员分户，经户内协商一致，现申请将其中{part}亩的承包经营权变更登记至其子"
                "{heir}名下，其余部分仍由原承包户经营。"
            ),
            "村民小组已于{date}在公示栏公示七日，公示期内无人提出异议。",
            "变更后的承包期限、用途及权利义务均按原合同执行，年流转费用合计{money}元。",
            "情况属实，请予办理。",
        ),
        {
            "name": "陈有田",
            "heir": "陈新禾",
            "place": "晨光村西洋片三号田",
            "area": "6.8",
            "part": "3.2",
            "number": "CG-2019-0417",
            "date": "2026年2月20日",
            "money": "2,560",
        },
    ),
    "student": Document(
        "家庭经济困难学生情况说明",
        (
            "示例职业中学学生资助办公室：",
            "学生{name}，系本村村民{parent}之女，现就读于贵校{grade}。",
            (
                "该户家庭人口{people}人，主要收入来源为种植与零工，上一年度家庭人均可支配收入约"
                "{money}元，低于本镇平均水平。"
            ),
            "因其父去年因伤停工，家庭支出压力较大，情况经村务监督委员会入户核实。",
            "请贵校按规定给予资助为盼。",
        ),
        {
            "name": "周小雨",
            "parent": "周平",
            "grade": "高二(3)班",
            "people": "4",
            "money": "9,840",
        },
    ),
    "charger": Document(
        "新能源汽车充电桩安装同意书",
        (
            "示例镇供电所：",
            "本村村民{name}拟在{place}自有停车位安装家用充电桩一台，额定功率{power}千瓦。",
            "经查，该车位权属清楚，安装位置不占用消防通道，相邻住户无异议。",
            "施工费用约{money}元，由申请人自行承担，安全责任由使用人负责。",
            "同意安装，请贵所按规定勘查办理。",
        ),
        {"name": "吴远航", "place": "北苑小区7幢101室", "power": "7", "money": "3,200"},
    ),
}


def picture(document: Document) -> Image.Image:
    """The page, black on white, 1240×1754, with room for a seal over the closing."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    black = (24, 24, 26)
    draw.text((WIDTH / 2, TOP), document.title, black, font("text", TITLE_PIXELS), anchor="ms")
    y = TOP + 2 * LINE
    for paragraph in document.paragraphs:
        text = paragraph.format_map(document.facts)
        for line in _lines(text if text.endswith("：") else "　　" + text):
            draw.text((MARGIN, y), line, black, font("text", TEXT_PIXELS), anchor="ls")
            y += LINE
    for row, text in enumerate((document.closing, document.date)):
        where = (CLOSING_RIGHT, CLOSING_TOP + row * LINE)
        draw.text(where, text, black, font("text", TEXT_PIXELS), anchor="rs")
    draw.text(
        (WIDTH / 2, HEIGHT - 70), NOTICE, (120, 120, 120), font("plain", SMALL_PIXELS), anchor="ms"
    )
    return page


def png(document: Document) -> bytes:
    """The page as PNG."""
    return _encoded(picture(document), "PNG")


def jpeg(document: Document) -> bytes:
    """The page as JPEG, as a scanner would deliver it."""
    return _encoded(picture(document), "JPEG")


def _lines(text: str) -> list[str]:
    """Broken to the width of the page; no line starts with closing punctuation."""
    face = font("text", TEXT_PIXELS)
    lines = [""]
    for character in text:
        full = face.getlength(lines[-1] + character) > WIDTH - 2 * MARGIN
        if full and character not in _NEVER_FIRST:
            lines.append("")
        lines[-1] += character
    return lines


def _encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()
