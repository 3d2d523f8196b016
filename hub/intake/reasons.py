"""Why a file cannot be taken, in words people can act on. Data and lookup; calls nothing.

Codes are extended, never renamed.
"""

from collections.abc import Mapping
from typing import Final

Words = tuple[str, str, str, str]

AS_PDF_ZH: Final = (
    "在电脑上用 Word 或 WPS 打开，点“文件”“另存为”，类型选 PDF；在手机上点“分享”“输出为 PDF”。"
)
AS_PDF_EN: Final = "Open it in Word or WPS, choose “Save as”, take PDF as the type."

TABLE: Final[Mapping[str, Words]] = {
    "file_unknown": (
        "这种文件不能上传。",
        "Files of this kind are not taken.",
        "请上传 PDF，或者 JPG、PNG 照片。",
        "Upload a PDF, or photos as JPG or PNG.",
    ),
    "file_misnamed": (
        "文件的名称和内容不符。",
        "The file is not what its name says.",
        "请重新导出这份文件，不要改文件名的后缀，再上传。",
        "Export the document again, leave the end of its name as it is, and upload that.",
    ),
    "file_heic": (
        "苹果手机的 HEIC 照片不能上传。",
        "HEIC photos are not taken.",
        "请在“设置”“相机”“格式”里选“兼容性最佳”后重拍，或上传照片的截屏。",
        "Choose “Most Compatible” under Settings, Camera, Formats, or upload a screenshot.",
    ),
    "file_too_big": (
        "文件太大。",
        "The file is too big.",
        "一个文件最多 20 MB。请分成几份，或用较低的清晰度重新扫描。",
        "20 MB at most. Split it, or scan it again at a lower resolution.",
    ),
    "file_damaged": (
        "文件打不开，可能损坏了。",
        "The file cannot be opened; it may be damaged.",
        "请重新导出或重新拍照，再上传。",
        "Export it or take the photo again, then upload it.",
    ),
    "file_locked": (
        "这份 PDF 有密码。",
        "This PDF is protected by a password.",
        "请去掉密码，另存一份再上传。",
        "Save a copy without the password and upload that.",
    ),
    "file_too_fine": (
        "图片的尺寸太大。",
        "The picture has too many pixels.",
        "请用手机直接拍照，或缩小后再上传（最多 4000 万像素）。",
        "Take a plain photo, or make it smaller: 40 million pixels at most.",
    ),
    "file_too_small": (
        "图片太小，看不清字。",
        "The picture is too small to be read.",
        "请靠近、对正，重新拍整页。",
        "Take the photo of the whole page again, from nearby.",
    ),
    "file_blank": (
        "文件里有空白页。",
        "There is a blank page in it.",
        "空白纸不能盖章。请删去空白页，再上传。",
        "Blank paper is never stamped. Take the blank page out and upload it again.",
    ),
    "file_too_long": (
        "页数太多。",
        "It has too many pages.",
        "请只上传要盖章的那几页，或分成几份申请。",
        "Upload only the pages to be stamped, or file several applications.",
    ),
    "file_word": (
        "这里不能直接读取 Word 文件。",
        "Word files cannot be read here.",
        AS_PDF_ZH,
        AS_PDF_EN,
    ),
    "file_too_slow": (
        "处理这份文件用的时间太长。",
        "The file took too long to be read.",
        "请另存为较简单的 PDF，或拍成照片再上传。",
        "Save it as a plainer PDF, or upload photos of it.",
    ),
    "file_busy": (
        "正在处理别人的文件。",
        "Other people's files are being read.",
        "请过一分钟再试，填写的内容都在。",
        "Try again in a minute; what you typed is kept.",
    ),
    "file_no_room": (
        "平台现在不能处理文件。",
        "Files cannot be read here now.",
        "请联系镇里的管理员：缺少隔离程序（bubblewrap、poppler-utils）。",
        "Call the township's administrator: bubblewrap or poppler-utils is missing.",
    ),
}


class Unfit(Exception):  # noqa: N818
    """A file that cannot be taken, for a reason of the table; `detail` says where, for people."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    def words(self) -> dict[str, str]:
        """As pages show it, like a refusal's."""
        zh, en, next_zh, next_en = TABLE[self.code]
        return {
            "code": self.code,
            "zh": zh,
            "en": en,
            "next_zh": next_zh,
            "next_en": next_en,
            "detail": self.detail,
        }
