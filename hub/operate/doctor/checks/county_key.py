"""Villagers can seal reports to the county's key, where hub.toml names one. Pure; calls only
`hub.operate.doctor.model`.
"""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if not health.county_key:
        return Finding(
            "good", "县里的公钥没有问题。", "Nothing is wrong with the county's public key."
        )
    return Finding(
        "bad",
        f"直通车不能收给县里的反映：{health.county_key}",
        f"The hotline takes no reports for the county: {health.county_key}",
        "请县里再给一次公钥文件（P-256，PEM），放到 hub.toml 里 county_key 写的地方。",
        "Ask the county for the file of its public key, and lay it where county_key says.",
    )
