"""`sealinspect report`: verify, gather, write PDF, page and CSV files. Calls `inspector`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from inspector.bundle import Bundle
from inspector.findings import NotVerifiedError
from inspector.head import open_head
from inspector.nodes import Nodes
from inspector.policy import Policy
from inspector.records import gone
from inspector.report import cover, csvs, page, pdf
from inspector.report.chapters import CHAPTERS
from inspector.report.cover import Basis, Cover
from inspector.report.evidence import Evidence
from inspector.report.gather import Gather
from inspector.report.options import Options
from inspector.report.span import Span
from inspector.report.spool import spool
from inspector.report.table import Content
from inspector.store import keep
from inspector.verify import Report, Tell, verify
from wire.tlog.checkpoint import Checkpoint

PAGE: Final = "report.html"
PAPER: Final = "report.pdf"
FOLDER: Final = "tables"
CHECKPOINT: Final = "checkpoint"
TABLES: Final = tuple(table for _, tables in CHAPTERS for table in tables)


@dataclass(frozen=True)
class Wanted:
    """What report is to be made: `limit` rows a table on paper and page, all in the CSV files."""

    out: Path
    font: Path
    span: Span
    options: Options
    limit: int


def report(
    bundle: Bundle,
    policy: Policy,
    wanted: Wanted,
    *,
    now_ms: int,
    earlier: Checkpoint | None,
    processes: int,
    tell: Tell,
) -> Report:
    """Write the report. Where the bundle does not hold, its cover says so and NotVerifiedError is
    raised; raises UnusableError.
    """
    _clear(wanted.out)
    try:
        found = verify(
            bundle, policy, now_ms=now_ms, earlier=earlier, processes=processes, tell=tell
        )
        checkpoint = bundle.read("checkpoint", "checkpoint")
        head = open_head(checkpoint, policy, "checkpoint")
        with spool(wanted.out) as filled:
            gather = Gather(bundle, filled, wanted.span)
            gather.run(found)
            basis = Basis(policy, head, earlier, wanted.span, tuple(gather.villages), now_ms)
            nodes = Nodes(bundle, head.checkpoint)
            erased = gone(bundle, found)
            evidence = Evidence(bundle, checkpoint, policy, nodes, filled, gather.keys, erased)
            content = Content(filled, wanted.options, wanted.limit)
            _write(wanted, cover.verified(found, basis), content, evidence)
    except NotVerifiedError as error:
        _clear(wanted.out)
        _write(wanted, cover.failed(error, policy, now_ms=now_ms), None, None)
        raise
    keep(wanted.out / CHECKPOINT, checkpoint)
    return found


def _write(wanted: Wanted, made: Cover, content: Content | None, evidence: Evidence | None) -> None:
    page.write(wanted.out / PAGE, made, content, evidence)
    pdf.write(wanted.out / PAPER, made, wanted.font, content)
    if content is not None:
        for table in TABLES:
            csvs.write(wanted.out / FOLDER / f"{table.name}.csv", table, content)


def _clear(out: Path) -> None:
    """No file of a report before this one stays beside it."""
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for path in (PAGE, PAPER, CHECKPOINT, *(f"{FOLDER}/{table.name}.csv" for table in TABLES)):
        (out / path).unlink(missing_ok=True)
