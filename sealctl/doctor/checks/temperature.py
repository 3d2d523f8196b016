"""How hot the processor is. Pure; calls only `sealctl.doctor.model`."""

from typing import Final

from sealctl.doctor.model import Finding, Health

HOT_C: Final = 80.0
"""At this the firmware of a Raspberry Pi begins to slow down."""


def examine(health: Health) -> Finding:
    if health.temperature_c is None:
        return Finding("good", "这台机器没有温度计。", "This machine has no thermometer.")
    degrees = f"{health.temperature_c:.0f} °C"
    if health.temperature_c < HOT_C:
        return Finding("good", f"处理器温度 {degrees}。", f"The processor has {degrees}.")
    return Finding(
        "warn",
        f"处理器过热 {degrees}。",
        f"The processor is too hot: {degrees}.",
        "清理风口,避免阳光直射,检查风扇。",
        "Clear the vents, keep it out of the sun, check the fan.",
    )
