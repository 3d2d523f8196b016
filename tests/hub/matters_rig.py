"""Something of every matter in the hub of a test's township, and all of its public files.

Calls `hub.{affairs,relief,services}` and the tests' rigs of each. The staff site has to be asked.
"""

import shutil
from hashlib import sha256
from pathlib import Path

from hub.affairs import drafts, flow
from hub.affairs.models import Draft, Event, Published, Question
from hub.blobs import store
from hub.clock import now_ms
from hub.config import config
from hub.intake import render
from hub.keeping import Slowly
from hub.redaction import decided
from hub.redaction.decided import Given
from hub.services import files
from tests.hub import papers, relief_rig
from tests.hub.affairs_rig import GRANTS, SUPERVISOR, drafted, lay, published, signed
from tests.hub.site_rig import Site, site
from tests.support.contents import DAY, VILLAGE
from tests.support.township import Township

RULE = '[items.relief-grants]\ncolumns = ["household"]\nbasis = "示例依据"\ndays = 10\n'


def fill(township: Township, state: Path) -> None:
    """Notices (corrected, asked about, of a project with a photo), relief, services."""
    lay(state)
    (state / "redaction.toml").write_text(RULE, "utf-8")
    for name in (files.FILE, files.ITEMS):
        shutil.copy(files.EXAMPLE / name, state / name)
    relief_rig.all_of_it(relief_rig.given("示例甲", 1))
    published(township, item="relief-grants", rows=GRANTS, title="十月临时救助发放名单")
    first = published(township, item="finance-income", title="十月各项收入")
    Question.objects.create(
        code=b"c" * 32, village=VILLAGE, published=first.published, words="停车场的钱给了谁？",
        at_ms=now_ms() - 20 * DAY, until_ms=now_ms() - 5 * DAY,
    )  # fmt: skip
    _correct(township, first.published)
    _project(township)
    asked = (
        "2026-10-09", "十月各项收入", "停车场的钱给了谁？", "给了村集体。", "2026-10-24",
        "2026-10-20", "按时",
    )  # fmt: skip
    published(township, item="answers", rows=[asked], title="十月回音壁")


def built(slow: int = 3) -> Site:
    """With so many files for paper and voice: three are one edition's."""
    made, slowly = site(), Slowly()
    made.build()
    while slowly.made < slow and slowly.turn(config(), now_ms()):
        slowly.wait()
    return made


def _correct(township: Township, row: Published) -> None:
    draft = drafts.correction_of(row, "geng", now_ms())
    draft.reason = "第二笔的金额写错了"
    draft.save()
    _through(township, draft)


def _project(township: Township) -> None:
    event = Event.objects.create(
        village=VILLAGE, item="projects", on="2026-10-01", called="村道", person="geng", at_ms=1
    )
    (page,) = render.pages("IMG_1.jpg", papers.located(), 1)
    draft = drafted(
        "projects", [("路基", "2026-10-20", "2026-10-20", None, None)],
        period="2026-10-20", event=event, title="村道：路基完成",
    )  # fmt: skip
    draft.attachments = [[store.put(page, "page", "geng").hex(), "路基"]]
    draft.save()
    _through(township, draft)


def _through(township: Township, draft: Draft) -> None:
    """Whatever was found in it was looked at."""
    examined = flow.check(draft, sha256(str(draft.pk).encode()).digest(), now_ms())
    given = {one.number: Given("publish", "我看过") for one in examined.traces.all()}
    decided.decide(examined, given, "geng", now_ms())
    edition = flow.submit(draft, now_ms())
    flow.take(bytes(edition.subject.hash), signed(township, edition, SUPERVISOR, "bing"), now_ms())
