"""Whether camerad gives a picture. Pure; calls only `sealctl.doctor.model`."""

from sealctl.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if health.camera is None:
        return Finding("good", "摄像头有画面。", "The camera gives a picture.")
    return Finding(
        "bad",
        f"摄像头没有画面({health.camera})。",
        f"The camera gives no picture ({health.camera}).",
        "检查摄像头排线和镜头;重启服务 sealctl-camerad。",
        "Check the camera's cable and lens; restart the service sealctl-camerad.",
    )
