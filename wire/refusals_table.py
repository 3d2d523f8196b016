"""The words of every refusal: code → Chinese, English, next step in both. Data; calls nothing."""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str, str, str]

CALL_ZH: Final = "请联系镇里的管理员。"
CALL_EN: Final = "Call the township's administrator."

TABLE: Final[Mapping[str, Words]] = {
    "list_missing": (
        "机器里还没有清单。",
        "The machine has no approval list yet.",
        "请联网，或用U盘导入清单。",
        "Connect the machine, or bring the list on a USB stick.",
    ),
    "list_expired": (
        "清单已过期，机器太久没有联网。",
        "The approval list has expired: no contact for too long.",
        "请联网，或用U盘导入新清单。",
        "Connect the machine, or bring a new list on a USB stick.",
    ),
    "list_invalid": (
        "收到的清单不可信，没有采用。",
        "The approval list received cannot be trusted and was not adopted.",
        CALL_ZH,
        CALL_EN,
    ),
    "list_rollback": (
        "收到的清单比现有的旧，没有采用。",
        "The approval list received is older than the one in force and was not adopted.",
        CALL_ZH,
        CALL_EN,
    ),
    "unknown_item": (
        "清单上没有这一事项。",
        "This matter is not on the list.",
        "清单之外不能盖章。请到镇便民服务中心咨询。",
        "Nothing outside the list can be stamped. Ask at the township's service centre.",
    ),
    "item_forbidden": (
        "这一事项不该由村里盖章。",
        "A village may not stamp this matter.",
        "请看事项清单上写的办理单位。",
        "See the list of matters for the office that handles it.",
    ),
    "item_escalated": (
        "这一事项要先由上级决定。",
        "This matter has to be decided by a higher level first.",
        "请看事项清单上写的办理单位。",
        "See the list of matters for the office that decides it.",
    ),
    "seal_mismatch": (
        "这一事项不用这枚印章。",
        "This matter does not take this seal.",
        "请按事项清单重新申请。",
        "File a new application as the list of matters says.",
    ),
    "seal_absent": (
        "印章不在位。",
        "The seal is not in its slot.",
        "请检查印章；不知去向时立即报告镇里。",
        "Check the seal; if it is missing, report to the township at once.",
    ),
    "seal_suspended": (
        "这枚印章已停用。",
        "This seal is suspended.",
        CALL_ZH,
        CALL_EN,
    ),
    "grant_unknown": (
        "机器里没有这份用印申请。",
        "The machine knows no such grant.",
        "请确认申请已批准，并且是给这台机器的。",
        "Make sure the application is approved, and for this machine.",
    ),
    "grant_revoked": (
        "这份用印申请已被撤销。",
        "This grant has been revoked.",
        "请与审批人联系，或重新申请。",
        "Ask the approvers, or file a new application.",
    ),
    "grant_not_yet_valid": (
        "还没到可以盖章的时间。",
        "This grant is not valid yet.",
        "请在申请写明的日期以后再来。",
        "Come back after the date the application states.",
    ),
    "grant_expired": (
        "这份用印申请已过有效期。",
        "This grant has expired.",
        "请重新申请。",
        "File a new application.",
    ),
    "grant_spent": (
        "批准的次数已经用完。",
        "All approved impressions have been made.",
        "还要盖章，请重新申请。",
        "File a new application for further impressions.",
    ),
    "grant_void": (
        "这份用印申请已作废。",
        "This grant is void.",
        "请与审批人联系，或重新申请。",
        "Ask the approvers, or file a new application.",
    ),
    "approvals_missing": (
        "审批还没有齐。",
        "Approvals are missing.",
        "请等审批人签完再来。",
        "Wait until all approvers have signed.",
    ),
    "approval_invalid": (
        "有一个审批签名无效。",
        "An approval's signature does not hold.",
        "请审批人重新签名；仍不行请报告镇里。",
        "Have it signed again; if that fails, report to the township.",
    ),
    "approver_not_entitled": (
        "有一位审批人无权审批这一步。",
        "An approver is not entitled to his step.",
        "请重新申请，由有权的人审批。",
        "File again, with approvers who are entitled.",
    ),
    "same_person": (
        "同一个人不能占两个环节。",
        "One person may not act twice in one matter.",
        "请换一个人办理其中一个环节。",
        "Have another person take one of the parts.",
    ),
    "operator_unknown": (
        "没有这位盖印员，或还没有登录。",
        "No such operator, or nobody has logged in.",
        "请选择自己的姓名并输入密码。",
        "Choose your name and enter your PIN.",
    ),
    "operator_not_named": (
        "这份申请没有指定您来盖章。",
        "This grant does not name you as its operator.",
        "请由申请上写明的盖印员来盖。",
        "Have an operator stamp whom the application names.",
    ),
    "operator_is_approver": (
        "审批人不能自己盖章。",
        "An approver may not stamp himself.",
        "请换一位盖印员。",
        "Have another operator stamp.",
    ),
    "credential_wrong": (
        "密码不对。",
        "The PIN is wrong.",
        "请再输入一次；忘记密码请联系镇里。",
        "Try again; if you have forgotten it, call the township.",
    ),
    "credential_locked": (
        "密码输错太多次，已暂时锁定。",
        "Too many wrong PINs: locked for a while.",
        "请稍后再试，或换一位盖印员。",
        "Try later, or have another operator stamp.",
    ),
    "login_not_allowed": (
        "这里不能这样登录。",
        "This way of logging in is not allowed here.",
        "请按屏幕上的提示刷卡、按手指或输入密码；都不行请联系镇里。",
        "Hold your card, lay your finger or enter your PIN as asked; else call the township.",
    ),
    "card_unknown": (
        "这张卡没有在这台机器上登记。",
        "This card is not enrolled at this machine.",
        "请用登记过的卡；换了新卡请在见证人面前重新登记。",
        "Hold the card that was enrolled; a new one is enrolled before a witness.",
    ),
    "card_taken": (
        "这张卡已登记在别人名下。",
        "This card is enrolled as another person's.",
        "请用另一张卡；一张卡只能属于一个人。",
        "Take another card: each belongs to one person.",
    ),
    "finger_unknown": (
        "没有认出这个手指。",
        "This finger was not recognised.",
        "请擦干手指再按一次，或改用密码。",
        "Dry your finger and lay it again, or use your PIN.",
    ),
    "enrolment_failed": (
        "没有登记成功。",
        "The enrolment did not succeed.",
        "请重新登记，按提示刷卡或两次按同一个手指。",
        "Begin again; hold the card, or lay the same finger twice, as the screen says.",
    ),
    "blank_page": (
        "纸上没有字，空白纸不能盖章。",
        "The paper is blank and may not be stamped.",
        "请放入写好内容的文件，有字的一面朝上。",
        "Lay the document with its text facing up.",
    ),
    "page_mismatch": (
        "这张纸和批准的不一样。",
        "This is not the page that was approved.",
        "请放入批准的那一份文件。",
        "Lay the document that was approved.",
    ),
    "photo_unsharp": (
        "照片不清楚。",
        "The picture is not sharp.",
        "请把纸放平，手离开，再拍一次。",
        "Lay the paper flat, take your hands away and try again.",
    ),
    "no_page": (
        "没有看到纸。",
        "No paper was seen.",
        "请把纸放到托盘中间。",
        "Lay the paper in the middle of the tray.",
    ),
    "camera_unavailable": (
        "摄像头不能用。",
        "The camera is not available.",
        "请稍等再试；仍不行请联系镇里。",
        "Wait and try again; if it stays so, call the township.",
    ),
    "clock_untrusted": (
        "机器的时间不可靠。",
        "The machine's clock cannot be trusted.",
        "请联网，让机器对时。",
        "Connect the machine so that it learns the time.",
    ),
    "receipts_overdue": (
        "太多记录还没有送到镇里。",
        "Too many records have not reached the township.",
        "请联网，或用U盘送出记录。",
        "Connect the machine, or carry its records on a USB stick.",
    ),
    "journal_full": (
        "机器的存储已满。",
        "The machine's storage is full.",
        CALL_ZH,
        CALL_EN,
    ),
    "journal_broken": (
        "机器的记录不完整，已停止盖章。",
        "The machine's journal is not whole: stamping has stopped.",
        "不要断电、不要动机器，请立即报告镇里。",
        "Leave the machine as it is and report to the township at once.",
    ),
    "hardware_fault": (
        "机器的机械部分不正常。",
        "A part of the machine does not work.",
        "请不要强行操作，联系镇里。",
        "Do not use force; call the township.",
    ),
    "case_open": (
        "机箱是打开的。",
        "The machine's case is open.",
        "请关好机箱；不是您打开的请报告镇里。",
        "Close the case; if you did not open it, report to the township.",
    ),
    "device_suspended": (
        "这台机器已被停用。",
        "This machine is suspended.",
        CALL_ZH,
        CALL_EN,
    ),
    "busy": (
        "机器正在办另一件事。",
        "The machine is busy with another job.",
        "请等一会儿再试。",
        "Wait a moment and try again.",
    ),
    "maintenance": (
        "机器正在维护，暂不盖章。",
        "The machine is under maintenance: nothing is stamped.",
        "等维护结束后再来；维护由两人共同开始和结束。",
        "Come back when it is over; two people begin and end it together.",
    ),
    "witness_unfit": (
        "这位见证人不在名册上，或没有监督职务。",
        "This witness is not on the roster, or holds no supervising office.",
        "请有监督职务的另一个人到场见证。",
        "Have another person witness who holds a supervising office.",
    ),
    "not_now": (
        "现在不能做这一步。",
        "This step makes no sense now.",
        "请按屏幕上的提示一步一步来。",
        "Follow the steps on the screen.",
    ),
    "press_timeout": (
        "时间到了，没有盖下去，已重新上锁。",
        "Time is up and nothing was stamped: locked again.",
        "准备好后再来一次。",
        "Try again when you are ready.",
    ),
    "unavailable": (
        "机器的程序没有回应。",
        "The machine's software does not answer.",
        "请等一分钟；仍不行请联系镇里。",
        "Wait a minute; if it stays so, call the township.",
    ),
    "bad_request": (
        "请求的格式不对。",
        "The request is malformed.",
        "请返回重试。",
        "Go back and try again.",
    ),
    "not_permitted": (
        "您没有这个权限。",
        "You are not permitted to do this.",
        "请用有权限的账号登录。",
        "Log in as somebody who is.",
    ),
    "internal": (
        "程序出错了，已记录。",
        "An internal error occurred and was logged.",
        CALL_ZH,
        CALL_EN,
    ),
}
