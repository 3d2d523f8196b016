"""Power faults that the Raspberry Pi's firmware saw. Pure; calls only `sealctl.doctor.model`.

Bits of `get_throttled` (Raspberry Pi documentation, vcgencmd): 0 under-voltage now, 16
under-voltage since boot.
"""

from typing import Final

from sealctl.doctor.model import Finding, Health

NOW: Final = 1 << 0
SINCE_BOOT: Final = 1 << 16


def examine(health: Health) -> Finding:
    if health.throttled is None:
        return Finding("good", "不是树莓派,不检查供电。", "No Raspberry Pi: power is not watched.")
    if not health.throttled & (NOW | SINCE_BOOT):
        return Finding("good", "供电正常。", "The power supply is sound.")
    now = bool(health.throttled & NOW)
    return Finding(
        "bad" if now else "warn",
        "供电不足。" if now else "开机以来出现过供电不足。",
        "Under-voltage now." if now else "There was under-voltage since boot.",
        "换用原装电源和短而粗的线。",
        "Use the original power supply and a short, thick cable.",
    )
