"""Why a file is not signed: the county's signing page's own sentences, and the program's. Data.

Calls nothing. Each is Chinese, English, what to do next in both.
"""

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "subject": (
        "申请内容读不准，不能签名。",
        "The application cannot be read beyond doubt. It cannot be signed.",
        "内容可能藏有看不见的字，或格式不对。请退回申请人重填，并告知镇管理员。",
        (
            "It may hide characters or have a wrong form. Have it filed again, and tell the "
            "administrator."
        ),
    ),
    "pages": (
        "文件页数或地址与申请不符，不能签名。",
        "The pages do not fit the application. It cannot be signed.",
        "请告知镇管理员。",
        "Tell the township's administrator.",
    ),
    "picture": (
        "文件被换过：图片与申请里登记的不是同一份，不能签名！",
        (
            "The document was exchanged: a picture is not the one in the application. It cannot be "
            "signed!"
        ),
        "请不要签。马上告知镇纪委和县里。",
        "Do not sign. Tell the township's inspectors and the county at once.",
    ),
    "format": (
        "文件不是普通图片，不能签名。",
        "A page is not a plain picture. It cannot be signed.",
        "请申请人重新拍照上传。",
        "Have the pages photographed and filed again.",
    ),
    "file": (
        "这不是平台给出的待签文件，或不完整，不能签名。",
        "This is not a file to be signed from the township's system, or it is not whole.",
        "请回到镇里的系统，在申请页面重新下载。",
        "Download it again from the application's page in the township's system.",
    ),
    "package": (
        "清单包没有签齐，不能用来核对。",
        "The officers' package is not fully signed: nothing can be checked by it.",
        "请用县里发来的现行清单包。",
        "Take the package in force, as the county sent it.",
    ),
    "foreign": (
        "申请不是清单包里这些村和机器的，不能签名。",
        "The application is for another township, village or machine than the package names.",
        "请向县里要最新的清单包；还是这样，请不要签，告知县里。",
        "Ask the county for the newest package; if it stays so, do not sign, and tell the county.",
    ),
    "step": (
        "清单里没有这个人或这一步，不能签名。",
        "The officers' lists know no such person or step there.",
        "请向县里要最新的清单包；还是这样，请告知镇管理员。",
        "Ask the county for the newest package; else tell the township's administrator.",
    ),
    "suite": (
        "这个事项不接受国密密钥审批。",
        "This matter is not approved by SM2 keys.",
        "请用通行密钥审批。",
        "Approve it with a passkey.",
    ),
    "key": (
        "这把密钥不是此人在名册上的、现在有效的国密密钥，没有签名。",
        (
            "This is no SM2 key that the roster names for that person and valid now: nothing "
            "was signed."
        ),
        "请核对拿的是不是自己的密钥、是否过期；新登记的请用最新的清单包。",
        "Is it your own key, and has it run out? For one just enrolled take the newest package.",
    ),
    "undecided": (
        "没有选同意或退回，没有签名。",
        "Neither approved nor returned: nothing was signed.",
        "想好后重新运行。",
        "Run it again when you have decided.",
    ),
    "there": (
        "已有同名文件，没有签名。",
        "There is such a file already: nothing was signed.",
        "请换一个名字，或先移走原来的。",
        "Give another name, or move it away first.",
    ),
}


class ApproveError(ValueError):
    """The text is the four sentences of a code of WORDS; `detail` says what exactly."""

    def __init__(self, code: str, detail: str = "") -> None:
        zh, en, next_zh, next_en = WORDS[code]
        exactly = f"（{detail}）" if detail else ""
        super().__init__(f"{zh}{exactly}{next_zh} {en} {next_en}")
        self.code = code
