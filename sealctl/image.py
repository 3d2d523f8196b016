"""Whether a card may become the image of many machines: nothing on it may be one machine's own.

Calls nothing of ours; reads only. What a machine needs of its own it makes itself, at its first
start and by `sealctl provision`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = "var/lib/sealctl"
SHARED: Final = ("hardware.toml", "run", "voice")
"""What all machines of a kind may bring along in it; `run` is the package's link."""
PACKAGE: Final = ("opt/sealctl/venv", "usr/lib/systemd/system/sealctl-lockd.service")
MACHINE_ID: Final = "etc/machine-id"
SHADOW: Final = "etc/shadow"

_REMOVE: Final = ("删除它。", "Remove it.")
SECRETS: Final = {
    "etc/ssh/ssh_host_*_key*": (
        "远程登录的主机密钥",
        "the host key of ssh",
        "删除，并让首次启动重新生成（systemctl enable regenerate_ssh_host_keys）。",
        "Remove it, and have the first start make one.",
    ),
    "etc/ssl/private/*": ("私钥", "a private key", *_REMOVE),
    "root/.ssh/id_*": ("私钥", "a private key", *_REMOVE),
    "home/*/.ssh/id_*": ("私钥", "a private key", *_REMOVE),
    "etc/NetworkManager/system-connections/*": ("网络密码", "a network's password", *_REMOVE),
    "etc/wpa_supplicant/*.conf": ("网络密码", "a network's password", *_REMOVE),
    "var/lib/systemd/random-seed": ("随机种子", "the seed of random numbers", *_REMOVE),
    "var/lib/systemd/credential.secret": ("本机凭据密钥", "a key of this board", *_REMOVE),
    "root/.*_history": ("命令历史，可能有开通码", "what was typed, tokens perhaps", *_REMOVE),
    "home/*/.*_history": ("命令历史，可能有开通码", "what was typed, tokens perhaps", *_REMOVE),
}
"""Glob below the image's root → what it is, and what to do, in two languages."""


@dataclass(frozen=True)
class Found:
    """One thing that has to change before the image is copied."""

    path: str
    zh: str
    en: str
    next_zh: str
    next_en: str


def examine(root: Path) -> list[Found]:
    """What is wrong with the image mounted there; raises OSError where it cannot be read."""
    return [*_package(root), *_machine(root), *_secrets(root), *_identity(root), *_passwords(root)]


def _package(root: Path) -> Iterator[Found]:
    for path in PACKAGE:
        if not (root / path).is_symlink() and not (root / path).exists():
            yield Found(
                path,
                "没有安装软件包",
                "the package is not installed",
                "先安装软件包，或挂上 /opt/sealctl 分区。",
                "Install it, or mount the partition of /opt/sealctl.",
            )


def _machine(root: Path) -> Iterator[Found]:
    folder = root / FOLDER
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] not in SHARED and not path.is_dir():
            yield Found(
                str(path.relative_to(root)),
                "某一台机器的密钥、记录或配置",
                "keys, records or settings of one machine",
                "用没有开通过的卡做母盘；开通过的机器，记录不能删。",
                "Use a card that never joined; what a machine recorded is not to be deleted.",
            )


def _secrets(root: Path) -> Iterator[Found]:
    for pattern, words in SECRETS.items():
        for path in sorted(root.glob(pattern)):
            yield Found(str(path.relative_to(root)), *words)


def _identity(root: Path) -> Iterator[Found]:
    path = root / MACHINE_ID
    if path.exists() and path.read_text("ascii").strip() not in ("", "uninitialized"):
        yield Found(
            MACHINE_ID,
            "本机编号，复制后各机相同",
            "this computer's id, the same in all copies",
            "清空它：truncate -s 0。",
            "Empty it: truncate -s 0.",
        )


def _passwords(root: Path) -> Iterator[Found]:
    path = root / SHADOW
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    for name in [line.partition(":")[0] for line in lines if ":$" in line]:
        yield Found(
            f"{SHADOW}: {name}",
            "账号密码，复制后各机相同",
            "an account's password, the same in all copies",
            f"锁上它：passwd -l {name}。",
            f"Lock it: passwd -l {name}.",
        )
