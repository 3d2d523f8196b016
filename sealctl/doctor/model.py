"""What the checks look at, and what each says. Calls nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["good", "warn", "bad"]


@dataclass(frozen=True)
class Health:
    """Everything known of the machine now; None is what could not be learnt.

    `state` and `inside` are lockd's answers to `state` and `health`; `why` is what was said in
    their place. `journal` is (entries held, first error). `certificate_ms` is when the TLS
    certificate ends. `throttled` is the Raspberry Pi firmware's bit field, `temperature_c` the
    processor's. Times are ms since 1970 UTC.
    """

    now_ms: int
    free_bytes: int
    total_bytes: int
    state: Mapping[str, Any] | None
    inside: Mapping[str, Any] | None
    why: str
    camera: str | None
    journal: tuple[int, str | None] | None
    certificate_ms: int | None
    temperature_c: float | None
    throttled: int | None


@dataclass(frozen=True)
class Finding:
    """One check's answer; `next_zh` and `next_en` say what to do where it is not good."""

    level: Level
    zh: str
    en: str
    next_zh: str = ""
    next_en: str = ""


SILENT = Finding(
    "bad",
    "主程序没有回应,无法检查。",
    "lockd does not answer: cannot be checked.",
    "查看服务日志:journalctl -u sealctl-lockd。",
    "Read the service's log: journalctl -u sealctl-lockd.",
)
"""What a check says that needs lockd's answer and has none."""
