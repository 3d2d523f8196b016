"""What reads uploaded papers is installed. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if not health.papers:
        return Finding("good", "可以读取上传的文件。", "Uploaded papers can be read.")
    named = " ".join(health.papers)
    return Finding(
        "bad",
        f"没有装 {named}，上传的文件一律不收。",
        f"{named} is missing: no uploaded paper is taken.",
        "请安装 bubblewrap 和 poppler-utils。",
        "Install bubblewrap and poppler-utils.",
    )
