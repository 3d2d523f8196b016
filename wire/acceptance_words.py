"""What an acceptance sheet lacks, in words, and what to do about it. Data; calls nothing."""

from typing import Final

MISSING: Final[dict[str, tuple[str, str, str, str]]] = {
    "suspended": (
        "清单上本机停用",
        "the list has this machine suspended",
        "请县里授权人员在下一版清单启用",
        "the officers' next list makes it active",
    ),
    "boot_unreceipted": (
        "开机记录没有回执",
        "the boot entry has no receipt",
        "检查网络、平台和县级见证，再做一次",
        "see to the network, the hub and the witness, then repeat",
    ),
    "receipts_pending": (
        "有记录还没有回执",
        "entries wait for their receipts",
        "等一会儿再做一次；总是这样就查网络、平台和县级见证",
        "repeat in a moment; if it stays so, see to network, hub and witness",
    ),
    "seal_absent": (
        "印章不在位",
        "the seal is not in its slot",
        "放好印章（维护中 seal in），再做一次",
        "put it in during maintenance (`seal in`), then repeat",
    ),
    "stamp_missing": (
        "没有试盖",
        "no test stamp",
        "按清单上的事项批一份试盖用的申请，盖一次",
        "have an application for a listed item approved, and stamp it once",
    ),
    "specimen_missing": (
        "没有印模照片，或照片上看不清印迹",
        "no photo of the impression, or none to be seen on it",
        "检查相机和印油，再试盖一次",
        "see to camera and ink, then stamp once more",
    ),
    "operator_missing": (
        "没有登记盖印员",
        "no operator is enrolled",
        "用 sealctl enrol 登记",
        "enrol one (`sealctl enrol`)",
    ),
    "supervisor_missing": (
        "没有登记监督人",
        "no supervisor is enrolled",
        "用 sealctl enrol 登记",
        "enrol one (`sealctl enrol`)",
    ),
    "doctor_bad": (
        "自检不合格",
        "the self-examination found a fault",
        "照 sealctl doctor 说的办，再做一次",
        "do what `sealctl doctor` says, then repeat",
    ),
}
"""Code → what is wrong and what to do, in Chinese and English."""


def sentence(code: str, about: str) -> str:
    """One line for a person."""
    zh, en, next_zh, next_en = MISSING[code]
    of = f"（{about}）" if about else ""
    return f"{zh}{of}：{next_zh}。 {en}: {next_en}."
