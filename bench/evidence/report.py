"""Outcomes as tables. Calls bench.evidence.score."""

from collections.abc import Sequence

from bench.evidence.score import Outcome


def table(judged: Sequence[Outcome]) -> str:
    return str(len(judged))


def put(page: str, table: str) -> str:
    return page + table
