"""How long the TLS certificate still holds. Pure; calls only `sealctl.doctor.model`."""

from typing import Final

from sealctl.doctor.model import Finding, Health

DAY_MS: Final = 86_400_000
SOON_DAYS: Final = 30


def examine(health: Health) -> Finding:
    if health.certificate_ms is None:
        return Finding(
            "bad",
            "没有可用的证书 tls/device.pem。",
            "There is no usable certificate tls/device.pem.",
            "请用开通码运行 sealctl provision。",
            "Run `sealctl provision` with a token.",
        )
    days = (health.certificate_ms - health.now_ms) // DAY_MS
    if days >= SOON_DAYS:
        return Finding("good", f"证书还有 {days} 天。", f"The certificate holds for {days} days.")
    return Finding(
        "bad" if days < 0 else "warn",
        "证书已过期。" if days < 0 else f"证书只剩 {days} 天。",
        "The certificate has expired." if days < 0 else f"The certificate ends in {days} days.",
        "syncd 会自行续签，请联网；仍不行用新的开通码重新开通，期间可用U盘传送。",
        "syncd renews it by itself: connect the machine. If it stays so, provision it anew with a "
        "new token; meanwhile carry data on a USB stick.",
    )
