"""Major projects on the public site: their stages with badges, and their progress with photos.

Calls `hub.affairs.{gather,projects}`, `hub.days` and `hub.site`.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.affairs import projects as stages
from hub.affairs.gather import Gathered, Told
from hub.affairs.projects import Project
from hub.days import today
from hub.site.files import File
from hub.site.render import html

Projects = Sequence[tuple[Project, Sequence[Told]]]
"""Each with what was published of it, the newest first."""


def projects(found: Gathered, village: str, now_ms: int) -> Projects:
    """Those late first, then those that are not finished."""
    by: dict[int, list[Told]] = {}
    for one in found.newest:
        if one.form == "project" and one.event is not None:
            by.setdefault(one.event, []).append(one)
    made = [(_project(event, village, told, now_ms), told) for event, told in _ordered(by)]
    return sorted(made, key=lambda one: (not one[0].late, one[0].finished))


def pages(
    some: Projects, folder: str, around: Mapping[str, Any], pictures: Mapping[bytes, str]
) -> Iterator[File]:
    """A page of each, and the list of them; nothing where there is none."""
    if not some:
        return
    given = [(one, told[0]) for one, told in some]
    yield html(f"{folder}/projects/index.html", "affairs/projects.html", projects=given, **around)
    for one, told in some:
        path = f"{folder}/projects/{one.event}/index.html"
        made = {"one": one, "told": told, "paths": pictures}
        yield html(path, "affairs/project.html", **made, **around)


def _ordered(by: Mapping[int, Sequence[Told]]) -> Iterator[tuple[int, Sequence[Told]]]:
    """By the day that is told of: a report that was corrected later is no newer for that."""
    for event, told in by.items():
        yield event, sorted(told, key=lambda one: (one.period, one.at_ms), reverse=True)


def _project(event: int, village: str, told: Sequence[Told], now_ms: int) -> Project:
    """It is called as its newest report's title begins: 村道硬化：…"""
    called = told[0].made.title.partition("：")[0]
    oldest_first = [one.made for one in reversed(told)]
    found = stages.stages(oldest_first, today(now_ms))
    return Project(event, village, told[0].item, called, found)
