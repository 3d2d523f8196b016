"""Outcomes as tables in Markdown. Calls bench.evidence.score."""

import statistics
from collections.abc import Callable, Sequence

from bench.evidence.score import Outcome

BEGIN, END = "<!-- make evidence: begin -->\n", "<!-- make evidence: end -->\n"
WORDS = ("no_page", "blank", "unsharp")
Test = Callable[[Outcome], bool]
LEFT_OPEN = "two sheets"
"""Whether these are a sheet is not asked, only that the page below is not found."""


def table(judged: Sequence[Outcome]) -> str:
    """Findings, kinds, and time."""
    return "\n".join((*_findings(judged), "", *_impressions(judged), "", *_kinds(judged), ""))


def put(page: str, made: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}{made}{END}{after}"


def _findings(judged: Sequence[Outcome]) -> list[str]:
    one = [outcome for outcome in judged if outcome.kind != LEFT_OPEN]
    paged = [outcome for outcome in judged if outcome.same is not None]
    pressed = [outcome for outcome in judged if outcome.change is not None]
    lines = [
        f"{len(judged)} photos.",
        "",
        "| finding | true cases | found | precision | recall |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(word, one, _word(word), _said(word)) for word in WORDS]
    lines.append(_row("page_match", paged, lambda case: case.same is True, _said("page_match")))
    lines.append(
        _row("page_mismatch", paged, lambda case: case.same is False, _not(_said("page_match")))
    )
    for kind in ("look-alike: amount", "look-alike: name"):
        chosen = [case for case in paged if case.kind == kind]
        passed = sum("page_match" in case.found for case in chosen)
        caught = _share(len(chosen) - passed, len(chosen))
        lines.append(f"| {kind}, refused | {len(chosen)} | {len(chosen) - passed} | | {caught} |")
    lines.append(_row("new_impression and nothing else", pressed, _change("new"), _only_new))
    lines.append(_row("no_new_impression", pressed, _change("none"), _said("no_new_impression")))
    lines.append(_row("other_change", pressed, _change("other"), _said("other_change")))
    return lines


def _impressions(judged: Sequence[Outcome]) -> list[str]:
    counted = [case for case in judged if case.counted]
    errors = sorted(error for case in counted for error in case.errors)
    missed, ghosts = sum(case.missed for case in counted), sum(case.ghosts for case in counted)
    seconds = sorted(case.seconds for case in judged)
    if not errors:
        return []
    found = (
        f"Impressions: {len(errors) + missed} on the sheets, {len(errors)} found "
        f"(recall {_share(len(errors), len(errors) + missed)}), {ghosts} found where none was "
        f"(precision {_share(len(errors), len(errors) + ghosts)}). Their middles are off by "
        f"{statistics.mean(errors):.1f} mm on average, {errors[int(len(errors) * 0.99)]:.1f} mm in "
        f"99 of 100, {errors[-1]:.1f} mm at worst."
    )
    time = (
        f"Time of one core for one photo with all it is compared with: median "
        f"{statistics.median(seconds):.2f} s, 95 of 100 within "
        f"{seconds[int(len(seconds) * 0.95)]:.2f} s, worst {seconds[-1]:.2f} s."
    )
    return [found, "", time]


def _kinds(judged: Sequence[Outcome]) -> list[str]:
    lines = ["| what was photographed | photos | said rightly |", "|---|---|---|"]
    for kind in sorted({case.kind for case in judged}):
        cases = [case for case in judged if case.kind == kind]
        right = sum(_right(case) for case in cases)
        lines.append(f"| {kind} | {len(cases)} | {_share(right, len(cases))} |")
    return lines


def _right(case: Outcome) -> bool:
    """Whether all that was said of the case is true; where impressions are counts, too."""
    if case.kind == LEFT_OPEN:
        return "page_match" not in case.found
    words = set(case.found) & set(WORDS)
    return (
        words == ({case.word} if case.word else set())
        and (case.same is None or case.same == ("page_match" in case.found))
        and (case.change is None or case.change == _said_change(case))
        and case.missed == case.ghosts == 0
    )


def _said_change(case: Outcome) -> str:
    if "other_change" in case.found:
        return "other"
    return "new" if "new_impression" in case.found else "none"


def _row(name: str, cases: Sequence[Outcome], true: Test, said: Test) -> str:
    truth = [case for case in cases if true(case)]
    found = [case for case in cases if said(case)]
    right = sum(true(case) for case in found)
    shares = f"{_share(right, len(found))} | {_share(right, len(truth))}"
    return f"| {name} | {len(truth)} | {len(found)} | {shares} |"


def _share(part: int, whole: int) -> str:
    return "–" if whole == 0 else f"{100 * part / whole:.1f} %"


def _said(word: str) -> Test:
    return lambda case: word in case.found


def _not(test: Test) -> Test:
    return lambda case: not test(case)


def _word(word: str) -> Test:
    return lambda case: case.word == word


def _change(word: str) -> Test:
    return lambda case: case.change == word


def _only_new(case: Outcome) -> bool:
    return "new_impression" in case.found and "other_change" not in case.found
