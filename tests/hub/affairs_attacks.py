"""Whoever writes into the database itself: what it lets him publish, and what it keeps.

Portable SQL with %s: `LAWFUL` are the rows of two published editions and of three that are under
way, each as the hub writes them; `ATTACKS` are refused by either database.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final

Statement = tuple[str, tuple[Any, ...]]

BOTH: Final = ("village.supervisor", "village.cooperative")
PUBLISHED, HALF, RETURNED, OPEN, SECOND = 9001, 9002, 9003, 9004, 9005
"""Published; reviewed by one of two; returned by one; reviewed by both with a finding that nobody
decided; reviewed by both, the edition after one that was not published.
"""


def hash_of(number: int) -> bytes:
    return number.to_bytes(32, "big")


def insert(table: str, **values: Any) -> Statement:
    columns = ", ".join(f'"{one}"' for one in values)
    places = ", ".join("%s" for _ in values)
    words = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608  names of this file
    return words, tuple(values.values())


def approval(number: int, step: str, person: str, decision: str = "approve") -> Statement:
    return insert(
        "approvals_approval", subject_id=number, step=step, person=person, decision=decision,
        roster=1, credential=b"c", authenticator_data=b"a", client_data=b"d", signature=b"s",
        received_ms=1,
    )  # fmt: skip


def publish(number: int, *, edition: int = 1, series: int | None = None) -> Statement:
    name = hash_of(series or number)
    return insert("affairs_published", edition_id=number, series=name, number=edition, at_ms=1)


def put(number: int, *, edition: int = 1, series: int | None = None) -> list[Statement]:
    """Put to review by geng, after xin wrote on it; both offices are asked."""
    name = hash_of(number)
    return [
        insert(
            "approvals_subject", id=number, hash=name, kind="release", data=b"bytes",
            proposer="geng", excluded='["geng", "xin"]', created_ms=1,
        ),
        insert(
            "affairs_edition", id=number, subject_id=number, series=hash_of(series or number),
            number=edition, village="sunrise", item="relief", period="2026-10", title="x",
            made_ms=1,
        ),
        *(insert("affairs_asked", edition_id=number, office=one) for one in BOTH),
        insert(
            "redaction_examined", id=number, village="sunrise", kind="release", sha256=name,
            title="x", back="/", at_ms=1,
        ),
    ]  # fmt: skip


def settle(number: int) -> Statement:
    return insert("redaction_settled", examined_id=number, at_ms=1)


def reviewed(number: int) -> list[Statement]:
    return [approval(number, BOTH[0], "bing"), approval(number, BOTH[1], "ding")]


def let_through(
    execute: Callable[..., Any],
    savepoint: Callable[[], AbstractContextManager[Any]],
    refusal: type[Exception],
) -> list[str]:
    """The names of the attacks that the database does not refuse."""
    found = []
    for name, (words, values) in ATTACKS.items():
        try:
            with savepoint():
                execute(words, values)
        except refusal:
            continue
        found.append(name)
    return found


LAWFUL: Final[list[Statement]] = [
    *put(PUBLISHED),
    settle(PUBLISHED),
    *reviewed(PUBLISHED),
    insert(
        "affairs_published", id=PUBLISHED, edition_id=PUBLISHED, series=hash_of(PUBLISHED),
        number=1, at_ms=1,
    ),
    ("UPDATE affairs_edition SET ended_ms = 1 WHERE id = %s", (PUBLISHED,)),
    *put(HALF),
    settle(HALF),
    approval(HALF, BOTH[0], "bing"),
    *put(RETURNED),
    settle(RETURNED),
    approval(RETURNED, BOTH[0], "bing"),
    approval(RETURNED, BOTH[1], "ding", "return"),
    insert("affairs_why", edition_id=RETURNED, words="x", person="ding", at_ms=1),
    *put(OPEN),
    insert(
        "redaction_trace", id=OPEN, examined_id=OPEN, number=1, what="id_number", place="x",
        start=0, end=1, width=0, height=0, boxes="[]", before="", masked="", after="",
    ),
    *reviewed(OPEN),
    *put(SECOND, edition=2, series=HALF),
    settle(SECOND),
    *reviewed(SECOND),
    insert(
        "affairs_event", id=PUBLISHED, village="sunrise", item="projects", on="2026-10-01",
        called="x", person="geng", at_ms=1,
    ),
    insert(
        "affairs_question", id=PUBLISHED, code=b"q" * 32, village="sunrise",
        published_id=PUBLISHED, words="x", name="", phone="", at_ms=1, until_ms=2, answer="x",
        answered_by="geng", answered_ms=3,
    ),
]  # fmt: skip
TABLES: Final = (
    *("affairs_edition", "affairs_asked", "affairs_published", "affairs_why", "affairs_event"),
    *("affairs_question", "approvals_subject", "approvals_approval", "redaction_settled"),
)
ATTACKS: Final[dict[str, Statement]] = {
    **{f"delete {one}": (f"DELETE FROM {one}", ()) for one in TABLES},  # noqa: S608  of TABLES
    "its title": ("UPDATE affairs_edition SET title = 'y' WHERE id = %s", (PUBLISHED,)),
    "its period": ("UPDATE affairs_edition SET period = '2026-09' WHERE id = %s", (PUBLISHED,)),
    "its end": ("UPDATE affairs_edition SET ended_ms = NULL WHERE id = %s", (PUBLISHED,)),
    "its bytes": ("UPDATE approvals_subject SET data = %s WHERE id = %s", (b"other", PUBLISHED)),
    "who is excluded": (
        "UPDATE approvals_subject SET excluded = '[]' WHERE id = %s",
        (PUBLISHED,),
    ),
    "its day": ("UPDATE affairs_published SET at_ms = 0", ()),
    "what was published": ("UPDATE affairs_published SET edition_id = %s", (HALF,)),
    "who is asked": ("UPDATE affairs_asked SET office = 'x' WHERE edition_id = %s", (HALF,)),
    "a decision": ("UPDATE approvals_approval SET decision = 'approve'", ()),
    "who decided": ("UPDATE approvals_approval SET person = 'geng'", ()),
    "the day that obliges": ("UPDATE affairs_event SET \"on\" = '2026-11-01'", ()),
    "the day of an answer": ("UPDATE affairs_question SET answered_ms = 2", ()),
    "until when": ("UPDATE affairs_question SET until_ms = 9", ()),
    "review by the proposer": approval(HALF, BOTH[1], "geng"),
    "review by who wrote on it": approval(HALF, BOTH[1], "xin"),
    "review by one for both": approval(HALF, BOTH[1], "bing"),
    "review of the same office again": approval(HALF, BOTH[0], "ding"),
    "review after a return": approval(RETURNED, "village.secretary", "jia"),
    "publication with half the reviews": publish(HALF),
    "publication of what was returned": publish(RETURNED),
    "publication with an open finding": publish(OPEN),
    "an open finding settled": settle(OPEN),
    "an identity number let through": insert(
        "redaction_ruling", trace_id=OPEN, word="publish", reason="x", person="geng", at_ms=1
    ),
    "publication out of order": publish(SECOND, edition=2, series=HALF),
    "publication under another number": publish(SECOND, edition=1, series=HALF),
    "publication twice": publish(PUBLISHED),
}
REPLACED: Final[Statement] = (
    (
        "INSERT OR REPLACE INTO affairs_edition (id, subject_id, series, number, village, item, "
        "period, title, made_ms) VALUES (%s, %s, %s, 1, 'sunrise', 'x', '2026', 'y', 1)"
    ),
    (PUBLISHED, PUBLISHED, hash_of(PUBLISHED)),
)
"""SQLite's own way to delete a row without saying so."""
