"""What the fields of a matter are called and how their values read. Data; calls `wire.lists`."""

from collections.abc import Mapping
from typing import Any, Final

from wire.lists.catalogue import Band, Step

Words = Mapping[str, tuple[str, str]]
Offices = Mapping[str, tuple[str, ...]]
"""Office → its names, Chinese first, as the policy has them."""

CLASSES: Final[Words] = {
    "allowed": ("可以盖章", "may be stamped"),
    "forbidden": ("不能盖章，告知去哪里办", "may not be stamped: told where to go"),
    "escalate": ("报镇里办", "goes to the township"),
}
SEALS: Final[Words] = {
    "party": ("党组织章", "party organisation"),
    "committee": ("村民委员会章", "villagers' committee"),
    "cooperative": ("股份经济合作社章", "cooperative"),
    "supervision": ("村务监督委员会章", "supervision committee"),
    "finance": ("财务章", "finance"),
}
"""The usual kinds of seals; a list may name others."""
ITEM: Final[Words] = {
    "id": ("编号", "its id"),
    "zh": ("名称", "its name"),
    "en": ("英文名称", "its English name"),
    "cls": ("类别", "its class"),
    "seals": ("用哪种章", "kinds of seals"),
    "chain": ("由谁批", "who approves"),
    "bands": ("金额较大时由谁批", "who approves from an amount on"),
    "resolution": ("必须有村民决议", "needs the villagers' resolution"),
    "impressions_max": ("最多盖几个", "impressions at most"),
    "seams_max": ("骑缝最多几个", "seam impressions at most"),
    "seam_pages": ("几页以上必须盖骑缝", "pages from which a seam impression is demanded"),
    "days_valid": ("有效几天", "days valid"),
    "since": ("从哪天起", "its first day"),
    "until": ("到哪天止", "its last day"),
    "same_page": ("必须是批准的那一页", "must be the approved page"),
    "passkeys_only": ("只能用通行密钥审批", "approved by passkeys alone"),
    "applicant_may_operate": ("申请人可以自己盖", "the applicant may operate"),
    "emergency": ("可以应急盖章", "may be stamped in an emergency"),
    "where_zh": ("去哪里办", "where to go instead"),
    "where_en": ("去哪里办（英文）", "where to go instead, in English"),
    "phone": ("电话", "telephone"),
    "basis": ("依据", "what it rests on"),
}
"""Every field, in the order in which people read them."""


def field(name: str, value: Any, offices: Offices) -> str:
    """A field's value in Chinese."""
    if name == "seals":
        return "、".join(SEALS[one][0] if one in SEALS else one for one in value) or "无"
    if name == "seam_pages" and not value:
        return "不要求"
    return shown(value, offices)


def shown(value: Any, offices: Offices) -> str:
    """A value of whatever field in Chinese."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple):
        return "、".join(shown(one, offices) for one in value) or "无"
    if isinstance(value, Step):
        others = "、".join(office(one, offices) for one in value.substitutes)
        return office(value.office, offices) + (f"（替补：{others}）" if others else "")
    if isinstance(value, Band):
        needs = "，须有决议" if value.resolution else ""
        return f"满 {value.yuan:,} 元：{shown(value.chain, offices)}{needs}"
    return CLASSES[value][0] if value in CLASSES else str(value)


def office(name: str, offices: Offices) -> str:
    """Its Chinese name; its id where it has none."""
    return offices[name][0] if name in offices else name
