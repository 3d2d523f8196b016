"""States, people, grants and matters as lockd shows them, of ordinary and of awkward length.

Calls `demo.paper`, `hardware.sim` and `wire.refusals`.
"""

import hashlib
import random
from collections.abc import Callable
from typing import Any

from demo.paper import DOCUMENTS, png
from hardware.sim.body import SimBody
from hardware.sim.clock import FakeClock
from wire.refusals import Refused, to_dict

State = dict[str, Any]

NOW_MS = 1_795_503_900_000
HOUR_MS = 3_600_000
PHONE = "0577-0000001"
LONG_TITLE = "关于晨光村第三村民小组村民林小满拆除旧房原址新建住房的用地申请审核意见表(一式三份)"
LONG_PURPOSE = (
    "报示例镇农业农村办公室和自然资源所办理农村宅基地用地审批，随附四至图、邻户签字和身份证明复印件，"
    "用完后原件由申请人自行保管，复印件存村档案室备查"
)
SEALS = {
    "committee": "晨光村村民委员会(演示)",
    "party": "中国共产党晨光村支部委员会(演示)",
    "cooperative": "晨光村股份经济合作社(演示)",
}


def people(count: int = 3) -> list[State]:
    names = ("钱七", "郑十一", "欧阳建国", "阿卜杜热合曼·买买提", "孙八", "周九", "吴十", "冯十二")
    return [
        {"person": f"p-{number}", "name": names[number % len(names)]} for number in range(count)
    ]


def grant(title: str = "村民建房用地申请", **changes: Any) -> State:
    made = {
        "id": hashlib.sha256(repr((title, sorted(changes.items()))).encode()).digest(),
        "title": title,
        "purpose": "报镇农业农村办公室办理宅基地审批",
        "applicant_name": "林小满",
        "item": "house",
        "item_zh": "农村宅基地用地审核",
        "basis": "示例镇用印清单第 3 项",
        "seal": "committee",
        "seal_name": SEALS["committee"],
        "impressions": 3,
        "presses": 3,
        "used": 1,
        "pages": 1,
        "not_after": NOW_MS + 70 * HOUR_MS,
        "approvers": [
            {"step": "secretary", "person": "p-zhang", "name": "张三"},
            {"step": "director", "person": "p-li", "name": "李四"},
            {"step": "supervisor", "person": "p-wang", "name": "王五"},
        ],
        "refusal": None,
    }
    return {**made, **changes}


def long_grant() -> State:
    return grant(
        LONG_TITLE,
        purpose=LONG_PURPOSE,
        applicant_name="阿卜杜热合曼·买买提",
        seal="party",
        seal_name=SEALS["party"],
    )


def grants() -> list[State]:
    return [
        grant(),
        long_grant(),
        grant("居住情况证明", applicant_name="何春生", refusal="grant_not_yet_valid"),
        grant("年度分红方案", seal="cooperative", seal_name=SEALS["cooperative"]),
        grant("充电桩安装同意书", refusal="operator_is_approver"),
    ]


def items() -> list[State]:
    rows = [
        ("house", "农村宅基地用地审核", "Homestead land review", "allowed", ""),
        ("residence", "居住情况证明", "Proof of residence", "allowed", ""),
        ("land", "农村土地承包经营权变更", "Change of a land contract", "allowed", ""),
        ("student", "家庭经济困难学生情况说明", "Statement for a student", "allowed", ""),
        ("charger", "新能源汽车充电桩安装同意书", "Consent to a charger", "allowed", ""),
        ("kinship", "亲属关系证明", "Proof of kinship", "forbidden", "公证处或户籍所在地派出所"),
        (
            "crime",
            "有无违法犯罪记录证明",
            "Criminal record",
            "forbidden",
            "县公安局政务服务窗口，或“示例省公安”手机应用在线申请，全程网办，不收费用",
        ),
        ("loan", "对外借款和担保", "Loans and guarantees", "escalate", "镇农村集体资产管理办公室"),
    ]
    names = ("id", "zh", "en", "cls", "where_zh")
    told: State = {
        "where_en": "",
        "phone": "0577-0000000",
        "basis": "民发〔2020〕20号",
        "impressions_max": 5,
    }
    return [{**dict(zip(names, row, strict=True)), **told} for row in rows]


def jobs(count: int = 11) -> list[State]:
    """Lines of the register, the latest of 23 November."""
    return [
        {
            "grant": hashlib.sha256(bytes([number])).digest(),
            "item_zh": "农村宅基地用地审核",
            "seal_name": SEALS["committee"],
            "title": LONG_TITLE if number == 1 else f"居住情况证明第 {number} 号",
            "applicant_name": "林小满",
            "sheets": 60 if number == 2 else 1,
            "seams": 3 if number == 2 else 0,
            "operator_name": "钱七",
            "first_ms": NOW_MS - (count - number) * HOUR_MS,
            "last_ms": NOW_MS - (count - number) * HOUR_MS + 60_000,
            "first_seq": 1200 + number,
            "interrupted": number == 3,
            "receipted": number < count,
            "answered": number < count,
        }
        for number in range(count)
    ]


def enrollable() -> list[State]:
    """Eighteen, three of them witnesses, the last out of office: p-0 has a PIN and a card, p-1 and
    p-3 a PIN, p-17 all; the rest nothing yet.
    """
    methods = {0: ["pin", "card"], 1: ["pin"], 3: ["pin"], 17: ["pin", "card", "fingerprint"]}
    return [
        {
            **person,
            **({"name": "褚十三"} if number == 17 else {}),
            "acts": number != 17,
            "witness": number in (1, 2, 3),
            "methods": [*methods.get(number, ())],
        }
        for number, person in enumerate(people(18))
    ]


def choices(**changes: Any) -> State:
    """What may be done in an emergency, 26 hours after the last contact."""
    matters = ["受灾救助申请", "重大疾病医疗救助和临时生活困难补助申请审核意见", "丧葬补助申请"]
    made = {
        "people": people(4),
        "matters": [
            {"item": f"item-{number}", "zh": zh, "seal": "committee", "seal_name": SEALS["party"]}
            for number, zh in enumerate(matters)
        ],
        "silence_s": 26 * 3600,
        "after_s": 24 * 3600,
        "no_contact": True,
        "left": 3,
    }
    return {**made, **changes}


def corrections() -> list[State]:
    """Four that were signed; the second one's original is lost."""
    return [
        {
            "id": bytes([number]) * 32,
            "stamped": 40 + number,
            "state": "lost" if number == 1 else "cancelled",
            "reason": "姓名写错",
            "item_zh": "居（租）住证明" if number else "家庭经济困难学生情况说明",
            "wall_ms": NOW_MS - number * HOUR_MS,
        }
        for number in range(4)
    ]


def emergency(*, blind: bool, **changes: Any) -> State:
    """Two people have declared one."""
    present = [{"step": "emergency", **one} for one in people(4)[2:]]
    made = grant("受灾救助申请", seal_name=SEALS["party"], approvers=present)
    return chosen(**{"grant": made, "emergency": {"blind": blind}, **changes})


def at_the_readers(**changes: Any) -> State:
    """Nobody has logged in at a machine that has all readers."""
    credential = {
        "logins": ["pin", "card_pin", "fingerprint"],
        "parts": ["card", "fingerprint"],
        "silent": [],
        "held": None,
        "enrolment": None,
    }
    return idle(credential={**credential, **changes})


def enrolling(step: str, method: str = "fingerprint") -> State:
    now = {"person": "p-0", "name": "钱七", "method": method, "step": step}
    return at_the_readers(enrolment=now)


HELD = {"person": "p-3", "name": people(4)[3]["name"]}


def idle(**changes: Any) -> State:
    made: State = {
        "rev": 1,
        "state": "idle",
        "machine": {
            "device": "sunrise-1",
            "village": "sunrise",
            "village_name": "示例镇晨光村",
            "seals": [
                {"id": name, "kind": name, "name": zh, "present": True, "state": "active"}
                for name, zh in SEALS.items()
            ],
        },
        "list": {"version": 12, "expires_ms": NOW_MS + 60 * HOUR_MS},
        "emergency": None,
        "courier": {
            "unreceipted": 0,
            "pending": 0,
            "oldest_s": 0,
            "online": True,
            "since_ms": NOW_MS - HOUR_MS,
        },
        "operator": None,
        "grant": None,
        "sheet": None,
        "photo": None,
        "refusal": None,
        "remaining_ms": None,
        "done": None,
        "clock": {"wall_ms": NOW_MS, "quality": "synced"},
        "credential": {
            "logins": ["pin"],
            "parts": [],
            "silent": [],
            "held": None,
            "enrolment": None,
        },
    }
    return {**made, **changes}


def identified(**changes: Any) -> State:
    return idle(state="identified", operator={"person": "p-0", "name": "钱七"}, **changes)


def chosen(state: str = "chosen", **changes: Any) -> State:
    facts: State = {"grant": grant(), "sheet": {"use": "full", "next": 2, "total": 3}, **changes}
    return {**identified(**facts), "state": state}


def photographed(*findings: str, **changes: Any) -> State:
    return chosen("photographed", photo={"sha256": bytes(32), "findings": [*findings]}, **changes)


def opened(remaining_ms: int = 15_000, **changes: Any) -> State:
    return chosen("open", remaining_ms=remaining_ms, **changes)


def done(*, receipted: bool, answered: bool = False, used: int = 3, **changes: Any) -> State:
    facts: State = {
        "grant": grant(used=used),
        "done": {"seq": 1287, "receipted": receipted, "answered": answered or receipted},
        **changes,
    }
    return identified(**facts)


def more(grant: State, sheet: State, *, receipted: bool = True) -> State:
    """After a stamp whose job goes on."""
    return chosen(
        grant=grant, sheet=sheet, done={"seq": 1287, "receipted": receipted, "answered": receipted}
    )


def blocked(code: str = "list_expired") -> State:
    return idle(state="blocked", refusal=to_dict(code))


def refused(code: str) -> State:
    return chosen(refusal=to_dict(code, "detail for the record"))


def offline(state: State) -> State:
    courier = {
        "unreceipted": 1184,
        "pending": 0,
        "oldest_s": 90_000,
        "online": False,
        "since_ms": NOW_MS - 25 * HOUR_MS,
    }
    return {**state, "courier": courier}


def refuse(code: str) -> Callable[[State], object]:
    """What lockd does with a verb that it refuses."""

    def call(_given: State) -> object:
        raise Refused(code)

    return call


def tray() -> bytes:
    """A small picture of the tray with a page on it, from the simulated camera."""
    body = SimBody(FakeClock(), random.Random(4))
    body.lay(png(DOCUMENTS["house"]))
    return body.camera.preview()
