"""`sealhub carry FOLDER`: every machine that has a folder on the stick, both ways in one go.

Calls `hub.{carrier,config,devices}`, `stick` and `wire`. It may be repeated at will: what ingest
has, it receipts again.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from hub.carrier import give, take
from hub.carrier.report import Report
from hub.config import Config
from hub.devices import authority
from stick import files
from wire.lists.content import Machine


def carry(config: Config, stick: Path, now_ms: Callable[[], int]) -> Iterator[Report]:
    """One report a machine; raises StickError where the stick cannot be used."""
    machines = authority.machines()
    for device in files.devices(stick):
        report = Report(device)
        if device in machines:
            _one(config, stick, machines, report, now_ms())
        else:
            report.problem(
                f"{device}：不在任何村的机器名单上，没有动它。",
                f"{device}: on no village's list of machines, left as it is.",
            )
        yield report


def _one(
    config: Config, stick: Path, machines: Mapping[str, Machine], report: Report, now_ms: int
) -> None:
    with files.opened(stick, report.device, "up") as found:
        if found.why is not None:
            report.problem(*found.why)
        entries = take.entries(found, config.state, machines, report)
        photos = take.photos(found, report)
    tls = config.broker.ca.parent
    sources = list(give.sources(report, entries, photos, tls))
    files.put(stick, report.device, "down", sources, made_ms=now_ms)
    missing = report.entries - report.receipted
    if missing and not report.problems:
        report.problem(
            f"{missing} 条记录没有回执：缺少之前的记录或公开值，请在机器上再运行 sealctl carry。",
            f"{missing} entries have no receipt: what comes before or beside them is not here; "
            "run `sealctl carry` at the machine again.",
        )
