"""The database answers, and is of this release. Pure; calls only `hub.operate.doctor.model`."""

from hub.operate.doctor.model import Finding, Health


def examine(health: Health) -> Finding:
    if health.stored is None:
        return Finding(
            "bad",
            f"数据库不能用：{health.why}",
            f"The database cannot be used: {health.why}",
            "检查 SEALHUB_DATABASE 和 PostgreSQL 服务；文件坏了请恢复备份（手册第 8 节）。",
            "See SEALHUB_DATABASE and the PostgreSQL service; restore a backup if the file is "
            "broken (guide, section 8).",
        )
    if health.stored.waiting:
        return Finding(
            "bad",
            f"数据库有 {health.stored.waiting} 步更新没有做。",
            f"{health.stored.waiting} migrations of the database were not applied.",
            "请运行 sealhub migrate，再重启各进程。",
            "Run `sealhub migrate`, then start the processes again.",
        )
    return Finding("good", "数据库正常。", "The database answers.")
