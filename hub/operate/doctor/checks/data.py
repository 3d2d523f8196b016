"""The township's own data files can be read. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if not health.spoilt:
        return Finding("good", "镇里的数据文件都能读。", "The township's data files can be read.")
    named = "；".join(health.spoilt.values())
    return Finding(
        "bad",
        f"数据文件写坏了，村民看到的还是以前的：{named}",
        f"A data file is broken, villagers see what was there before: {named}",
        "照上面写的地方改好文件，网站会自己更新。",
        "Mend the file where it says; the site then comes up to date by itself.",
    )
