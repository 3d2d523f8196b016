"""What people do at the staff site, and why they may not, in Chinese. Data.

Calls `wire.refusals`. An address without words of its own is shown by its name.
"""

from typing import Final

from wire.refusals import REFUSALS

ACTS: Final = {
    "login-verify": "登录",
    "logout": "退出",
    "first-made": "首次登记登录钥匙：本人按钥匙",
    "first-confirm": "首次登记登录钥匙：互相确认",
    "sitting-end": "结束自己的一处登录",
    "sittings-end": "结束自己其他的登录",
    "person-enrol-made": "登记登录钥匙：本人按钥匙",
    "person-enrol-confirm": "登记登录钥匙：第二人确认",
    "person-suspend": "暂停一个人",
    "person-lift": "恢复一个人",
    "person-take-back": "停用一把钥匙",
    "application-new": "填写用印申请",
    "application-withdraw": "撤回申请",
    "application-explain": "写退回原因",
    "application-remind": "催办",
    "application-escalate": "报上级",
    "application-archive": "归档",
    "application-pressed": "说自己被迫用印",
    "request-decline": "不受理村民申请",
    "draft-drop": "不办机器上的草稿",
    "approval-submit": "提交审批签名",
    "approval-signed": "交回签好的文件",
    "correction-new": "提出作废",
    "doors:index": "做门牌码",
    "duty-enter": "排值班",
    "duty-away": "登记不在",
    "duty-back": "销假",
    "handover-new": "填写移交清单",
    "handover-copy": "上传签好的移交清单",
    "handover-submit": "在移交清单上签名",
    "registers:resolution-new": "登记决议事项",
    "registers:step": "登记五议的一步",
    "registers:publish": "登记决议公开",
    "registers:settle": "决议定稿",
    "registers:seal-enter": "登记印章情况",
    "records:review": "复核记录",
    "affairs:new": "开始填写一份公开",
    "affairs:drop-event": "说一件事登记错了",
    "affairs:draft": "填写公开内容",
    "affairs:submit": "提交公开内容去审核",
    "affairs:split": "把公开内容分成几份",
    "affairs:drop": "不要一份公开草稿",
    "affairs:review-submit": "审核公开内容",
    "affairs:explain": "写退回公开内容的原因",
    "affairs:again": "改退回的或更正公开过的内容",
    "affairs:answer": "答复村民提问",
    "affairs:month": "生成回音壁草稿",
    "redaction:thing": "决定公开内容里的个人信息",
    "appointments:came": "记下预约的人来了",
    "appointments:call-off": "取消村民的预约",
    "relief:bring": "读扶贫表格",
    "relief:prepared": "收下或放弃扶贫表格",
    "relief:hand": "把受助名单交给村里公示",
    "relief:withdraw": "作废扶贫表格",
    "relief:cards": "印扶贫户卡",
    "relief:card": "换扶贫户卡",
    "alarms:acknowledge": "确认报警",
    "alarms:outcome": "写报警结论",
    "cases:open": "立案",
    "cases:gather": "归入案卷",
    "cases:words": "写案卷笔记、谈话",
    "cases:end": "结案",
    "cases:export": "导出案卷",
    "desk:act": "办理直通车反映",
    "desk:say": "回反映人的话",
    "desk:exclude": "让被反映的人回避",
    "desk:ask": "申请查看反映人",
    "desk:judge": "同意或不同意查看反映人",
    "checks:new": "突击检查",
    "checks:sign": "突击检查签名",
    "fleet:send": "向机器发出指令",
    "fleet:state": "请求停用或恢复机器",
    "port:revoke": "收回令牌",
    "port:new": "新建令牌",
    "port:export": "批量导出",
    "api-export": "程序批量导出",
    "api-token": "程序查看令牌",
    "api-records": "程序读取记录",
    "api-records-sha256": "程序读取一条记录",
    "api-alarms": "程序读取报警",
    "api-cases": "程序读取案卷",
    "api-cases-number": "程序读取一个案卷",
    "api-machines": "程序读取机器",
    "api-statistics": "程序读取统计",
    "api-exports": "程序读取导出清单",
    "pull-openings": "下载开示",
    "pull-photo": "下载照片",
    "pull-lists": "下载清单目录",
    "pull-list": "下载清单",
    "pull-roots": "下载县级根",
}
PARTS: Final = {
    "device": "机器",
    "item": "事项",
    "kind": "类别",
    "name": "文件",
    "number": "编号",
    "on_ms": "日期",
    "page": "页",
    "person": "人员",
    "photo": "照片",
    "seal": "印章",
    "sha256": "文件",
    "token": "令牌",
    "village": "村",
}
"""Parts of an address."""
SHORT: Final = 16
"""So much of a long one is shown."""
REASONS: Final = {
    "done": "完成",
    "not_in_office": "已不任职",
    "not_found": "没有这一页，或不归他看",
    "wrong_method": "地址用法不对",
    "error": "平台出错",
}
UNFINISHED: Final = "没有做完"


def act(route: str) -> str:
    return ACTS.get(route, route)


def about(text: str) -> str:
    """What it was done to: the parts of its address, by name."""
    parts = (one.partition("=") for one in text.split(" ") if one)
    return "，".join(
        f"{PARTS.get(name, name)} {_short(value)}" if mark else name for name, mark, value in parts
    )


def reason(outcome: str | None) -> str:
    """What came of it."""
    if outcome is None:
        return UNFINISHED
    known = REFUSALS.get(outcome)
    return REASONS.get(outcome, outcome) if known is None else known.zh


def _short(value: str) -> str:
    return value if len(value) <= SHORT else f"{value[:SHORT]}…"
