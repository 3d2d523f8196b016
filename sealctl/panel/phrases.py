"""All that the panel says aloud: phrase id → the words, as one table.

Calls only `wire.refusals`. A clip of each lies in a folder, named by the id: made by
`sealctl.panel.clips`, or spoken by somebody of the village. Numbers are put together from digits.
"""

from collections.abc import Mapping
from typing import Final

from wire.refusals import REFUSALS

_NUMBERS: Final = {
    **{f"n{digit}": word for digit, word in enumerate("零一二三四五六七八九")},
    "ten": "十",
    "hundred": "百",
    "thousand": "千",
}

_JOB: Final = {
    "no": "第",
    "sheet-of": "张，共",
    "sheets": "张",
    "seam-of": "组骑缝章，共",
    "seams": "组",
    "seam-from": "把第",
    "seam-to": "页到第",
    "seam-fan": "页捻开，每页露出一条边，放平，手离开，再按，拍照",
    "seam-lay": "把各页捻开，每页露出一条边，放平，手离开，再按，拍照",
}

_ENROLMENT: Final = {
    "enrol-who": "给谁登记？请按名字。本人和见证人都要在场",
    "enrol-how": "登记什么？请按一个",
    "enrol-how-first": "请先登记密码，以后再加卡或指纹",
    "enrol-how-gone": "这个人已经不在任，只能取消登记",
    "enrol-pin-done": "密码登记好了",
    "enrol-witness": "谁来见证？请按见证人的名字",
    "enrol-none": "名册上还没有人，请联系镇里的管理员",
    "enrol-no-witness": "没有能见证的人。请找有监督职务、在这里登记过密码的人",
    "enrol-pins": "请两个人各自输入密码，再按，确定",
    "enrol-pins-new": "请本人设新密码，六到十二位，再请见证人输入密码，再按，确定",
    "enrolling-hold": "请刷卡",
    "enrolling-wait": "请稍等",
    "enrolling-lay": "请按下手指",
    "enrolling-lift": "请抬起手指",
    "enrolling-again": "请再按一次同一个手指",
    "enrolling-done": "登记好了",
    "enrolling-failed": "没有登记成功，请重新登记",
    "unenrol-what": "取消什么？请按一个",
    "unenrol-who": "谁来取消？请按名字",
    "unenrol-none": "没有登记过密码的人",
    "unenrolled": "已经取消登记",
}

_EMERGENCY: Final = {
    "emergency": "应急用印，两个人都要在场，每次都会报警、复核、公开。请按要盖的事项",
    "emergency-none": "这台机器不能应急用印，请联系镇里",
    "emergency-who": "谁来盖印？请按名字",
    "emergency-second": "谁是在场的第二个人？请按名字",
    "emergency-alone": "没有第二个有应急码的人，请联系镇里",
    "emergency-why": "为什么等不得？请按一个，选好次数，再按，下一步",
    "emergency-pins": "请两个人各自输入密码，再按，下一步",
    "emergency-code": "请盖印的人照纸上的应急码，一个一个按，再按，下一步",
    "emergency-code-second": "请第二个人照纸上的应急码，一个一个按，再按，应急用印",
    "blind": "摄像头坏了，这次盖章没有照片。请两个人看清纸上的内容，放好纸，再按，开锁盖章",
    "blind-more": "盖好了，请换下一张纸。这次也没有照片。放好纸，再按，开锁盖章",
}

_CORRECTION: Final = {
    "correct-which": "作废哪一张？请按一个。先在原件上划掉，放到纸盘上",
    "correct-none": "没有要记的作废",
    "correct-done": "作废已经记下",
    "correct-who": "谁来办？请按名字",
    "correct-nobody": "还没有登记盖印员，不能记作废",
    "correct-pin": "原件放好，手离开，输入您的密码，再按，拍照",
    "correct-pin-lost": "请输入您的密码，再按，记作废",
}

_SCREENS: Final = {
    "idle": "请按您的名字",
    "idle-card": "请刷卡",
    "idle-card-pin": "请刷卡，再输入密码",
    "idle-finger": "请按手指",
    "idle-or-finger": "或者按手指",
    "idle-or-name": "或者按您的名字",
    "idle-no-way": "现在没有可用的登录方式，请联系镇里的管理员",
    "idle-none": "还没有登记盖印员，请找管理员",
    "pin": "请输入您的密码，再按确定",
    "grants": "请按要盖章的事项",
    "grants-none": "现在没有可以盖章的事项",
    "confirm": "请核对文件名称、申请人和用途。都对，就把纸放平，手离开，再按，拍照",
    "more": "盖好了，请换下一张纸，放平，手离开，再按，拍照",
    "more-seam": "盖好了，接着盖骑缝章",
    "photo-good": "照片合格。按，开锁盖章",
    "photo-bad": "照片有问题，请看屏幕，重新拍照",
    "opening": "正在开锁，请等一下",
    "open": "现在按下印章，按一次就松手",
    "closing": "正在上锁拍照，请不要动纸",
    "done": "盖好了，已经上锁。请拿走纸",
    "refused": "不能继续",
    "blocked": "机器现在不能用",
    "items": "这里可以看哪些事能盖章",
    "item-allowed": "这件事可以盖章，请先申请",
    "item-forbidden": "这件事村里不盖章。请看屏幕上写的办理单位和电话",
    "item-escalate": "这件事要先上报。请看屏幕上写的单位和电话",
    "phone": "电话",
    "phone-town": "镇里电话",
    "demanded": "是谁要您开这个证明？请按一个，镇里会去问他们",
    "noted": "已经记下，镇里会答复。谢谢您",
    "draft-item": "请按要申请的事项",
    "draft-page": "把要盖章的文件放平，手离开，再按，拍照",
    "draft-next": "拍好了。还有下一页就换上再拍，没有就按，拍完了",
    "draft-who": "给谁办？请按名字",
    "draft-what": "给谁办？用来做什么？请按一个",
    "draft-sent": "已经记下，送往镇平台。请工作人员补全以后提交审批",
    "register": "这是用印登记簿，可以打印",
    "still-there": "您还在吗？没有操作，马上自动退出",
    "read-title": "请两个人一起看。这是文件名称，对吗？",
    "read-applicant": "这是申请人，对吗？",
    "read-purpose": "这是用途，对吗？",
    "read-seal": "这是要盖的印章，对吗？",
    "read-sheets": "这是要盖的张数，对吗？",
    "read-approvers": "这些人已经批准",
    "read-present": "这两个人在场，应急用印",
}

PHRASES: Final[Mapping[str, str]] = {
    **_NUMBERS,
    **_JOB,
    **_ENROLMENT,
    **_EMERGENCY,
    **_CORRECTION,
    **_SCREENS,
    **{f"refusal-{code}": one.zh + one.next_zh for code, one in REFUSALS.items()},
}
"""Every phrase; a screen says no other."""

WORDS: Final[Mapping[str, str]] = {
    "银行": " yin2 hang2 ",
    "重新": " chong2 xin1 ",
    "重试": " chong2 shi4 ",
    "处理": " chu3 li3 ",
    "调整": " tiao2 zheng3 ",
    "得到": " de2 dao4 ",
}
"""Words that espeak-ng 1.51 was heard to read wrongly, with their pinyin and tones."""
