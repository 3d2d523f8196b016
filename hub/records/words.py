"""Words for entries: kind, finding, result → Chinese, English. Data only; calls nothing."""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str]

KINDS: Final[Mapping[str, Words]] = {
    "boot": ("开机", "started"),
    "heartbeat": ("在线", "heartbeat"),
    "list_adopted": ("采用清单", "adopted a list"),
    "enrolled": ("登记盖印员", "enrolled an operator"),
    "unenrolled": ("取消登记", "took back an enrolment"),
    "authenticated": ("盖印员登录", "operator signed in"),
    "refused": ("拒绝", "refused"),
    "authorised": ("准许开锁", "authorised"),
    "stamped": ("已盖章", "stamped"),
    "relocked": ("已上锁", "locked again"),
    "aborted": ("中止", "aborted"),
    "interrupted": ("中断", "interrupted"),
    "alarm": ("报警", "alarm"),
    "emergency": ("应急用印", "emergency"),
    "outside_use": ("机外用印", "used outside the machine"),
    "correction": ("作废", "correction"),
    "clock_step": ("时钟跳变", "clock stepped"),
    "maintenance": ("维护", "maintenance"),
    "seal_out": ("取出印章", "seal taken out"),
    "seal_in": ("放回印章", "seal put back"),
    "seal_replaced": ("换章", "worn seal replaced"),
    "handover": ("移交印章", "seal handed over"),
    "drafted": ("机上起草", "begun at the panel"),
    "demanded": ("有人要求开具", "somebody demanded a paper"),
}

QUALITIES: Final[Mapping[str, str]] = {
    "witnessed": "县见证时间",
    "synced": "网络时间",
    "rtc": "机内时钟",
    "floor": "时间未校准",
}

FINDINGS: Final[Mapping[str, Words]] = {
    "blank": ("白纸", "blank"),
    "unsharp": ("不清晰", "not sharp"),
    "no_page": ("没有纸", "no page"),
    "page_match": ("与批准的页一致", "the approved page"),
    "page_mismatch": ("与批准的页不一致", "not the approved page"),
    "new_impression": ("有新印迹", "a new impression"),
    "no_new_impression": ("没有新印迹", "no new impression"),
    "other_change": ("盖章前后另有变化", "something else changed"),
    "impression": ("印迹", "impressions"),
}

ALARMS: Final[Mapping[str, str]] = {
    "body_silent": "机械部分没有回应",
    "case_opened": "机箱被打开",
    "counter_jump": "关机期间计数变化",
    "emergency_used": "应急用印",
    "head_fault": "印章头故障",
    "impression_missing": "按压后没有新印迹",
    "lock_open": "锁没有关上",
    "log_split": "日志对机器说的和对县里说的不一样",
    "no_picture_after": "盖章后没有照片",
    "other_change": "盖章前后除新印外另有变化",
    "overtime": "开锁超时没有盖章",
    "page_changed": "盖章后纸张不一致",
    "press_without_opening": "没有准许却有按压",
    "seal_out": "印章离开了槽位",
    "unlatch_without_opening": "没有准许却开了锁",
}

FIELDS: Final[Mapping[str, Words]] = {
    "version": ("版本", "version"),
    "unlatches": ("开锁计数", "unlatches"),
    "presses": ("按压计数", "presses"),
    "sha256": ("清单指纹", "hash of the list"),
    "expires": ("到期", "expires"),
    "operator": ("盖印员", "operator"),
    "method": ("方式", "method"),
    "actor": ("办理人", "who acted"),
    "witness": ("见证人", "witness"),
    "proved": ("见证人已验证", "witness proved"),
    "giver": ("移交人", "giver"),
    "receiver": ("接交人", "receiver"),
    "pages": ("页数", "pages"),
    "draft": ("草稿", "draft"),
    "demander": ("谁要求开具", "who demanded it"),
    "state": ("状态", "state"),
    "reason": ("事由", "reason"),
    "slot": ("槽位", "slot"),
    "replaces": ("换下的印章", "worn seal"),
    "specimen": ("印模照片", "photo of the specimen impression"),
    "code": ("代码", "code"),
    "action": ("动作", "action"),
    "grant": ("申请指纹", "application"),
    "detail": ("说明", "detail"),
    "list": ("清单版本", "list version"),
    "list_sha256": ("清单指纹", "hash of the list"),
    "item": ("事项", "matter"),
    "seal": ("印章", "seal"),
    "sheet": ("第几次", "number of the stamp"),
    "use": ("用法（full 整张，seam 骑缝）", "use"),
    "before": ("盖前照片", "photo before"),
    "after": ("盖后照片", "photo after"),
    "findings": ("照片检查", "findings"),
    "bound_ms": ("开锁时限（毫秒）", "bound of the opening, ms"),
    "authorised": ("对应的准许记录", "ends entry"),
    "returned": ("退回次数", "returned"),
    "alarm": ("报警", "alarm"),
    "impressions": ("次数", "impressions"),
    "no_contact": ("联系中断", "contact had failed"),
    "no_camera": ("摄像头故障", "the camera had failed"),
    "verifiers": ("应急码验证值", "verifiers of the codes"),
    "operator_code": ("盖印员的应急码（已用）", "operator's code, spent"),
    "second": ("第二人", "second person"),
    "second_code": ("第二人的应急码（已用）", "second person's code, spent"),
    "details": ("应急申请", "the emergency's subject"),
    "register": ("纸质登记号", "number in the paper register"),
    "used": ("用印时间", "used at"),
    "matter": ("内容", "what was stamped"),
    "picture": ("照片", "photo"),
    "stamped": ("被作废的盖章记录", "the stamp that is corrected"),
    "entry": ("被作废记录的指纹", "its hash"),
    "subject": ("作废决定指纹", "the correction's hash"),
    "replacement": ("替换的申请", "the application in its place"),
    "was": ("原时间", "was"),
    "now": ("现时间", "now"),
}

EMERGENCY: Final[Words] = ("应急用印", "emergency")
OUTSIDE: Final[Words] = ("机外用印", "outside the machine")

GRAVE: Final = frozenset(
    {
        *("alarm", "interrupted", "clock_step", "unenrolled", "maintenance"),
        *("seal_out", "seal_in", "seal_replaced", "handover"),
        *("emergency", "outside_use", "correction"),
    }
)
"""Kinds that an inspector should not scroll past."""


def finding(text: str) -> Words:
    """One finding as the machine wrote it, such as impression:2 or impression:1@105,214 with the
    place in mm; unknown ones stand as they are.
    """
    name, _, rest = text.partition(":")
    number, _, places = rest.partition("@")
    zh, en = FINDINGS.get(name, (name, name))
    where = "、".join(f"({place})" for place in places.split(";") if place)
    return (
        f"{zh} {number}{f'，距左上角 {where} 毫米' if where else ''}".strip(),
        f"{en} {number}{f' at {where} mm from the top left' if where else ''}".strip(),
    )


READINGS: Final[Mapping[str, Words]] = {
    "same": ("照片上的文字与批准的页一致", "the text is that of the approved page"),
    "differs": ("照片上的文字与批准的页不同", "the text differs from the approved page"),
    "unreadable": ("照片上的文字认不出，请人工核对", "the text cannot be read; compare by eye"),
    "failed": ("文字比对出错，请人工核对", "the text could not be compared; compare by eye"),
    "no_page": ("没有批准的页可以比对", "no approved page to compare with"),
    "waiting": ("文字还没有比对", "the text has not been compared yet"),
}
"""What `sealhub read` found; `waiting` where it found nothing yet."""
