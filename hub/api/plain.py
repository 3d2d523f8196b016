"""Alarms, machines and figures as programs read them, each as `hub.api.schemas` says. Pure.

Calls `hub.alarms.shown`, `hub.daily.figures`, `hub.fleet.overview` and `hub.records.plain`.
"""

from hub.alarms.shown import Shown as ShownAlarm
from hub.daily.figures import Chart
from hub.fleet.overview import Row as Machine
from hub.records.plain import Plain, when


def alarm(one: ShownAlarm) -> Plain:
    """With all that became of it."""
    found = one.alarm
    return {
        "number": found.pk,
        "rule": found.rule,
        "rule_zh": one.rule.zh,
        "device": found.device,
        "village": found.village,
        "entry": None if found.entry_hash is None else bytes(found.entry_hash).hex(),
        "title": one.title,
        "expected": one.expected,
        "found": one.found,
        "since": when(one.since),
        "raised": when(one.raised),
        "due": when(one.due),
        "settled": one.settled,
        "overdue": one.overdue,
        "steps": [
            {
                "kind": step.kind,
                "at": when(step.at),
                "who": step.who,
                "verdict": None if step.verdict is None else step.verdict[0],
                "words": step.words,
            }
            for step in one.steps
        ],
    }


def machine(row: Machine) -> Plain:
    """How it stands now."""
    return {
        "device": row.machine.device,
        "village": row.machine.village,
        "village_name": row.machine.village_name,
        "state": row.standing.state,
        "state_zh": row.state[0],
        "suspended": row.standing.suspended,
        "troubles": [{"zh": zh, "en": en} for zh, en, _ in row.troubles],
        "heard": None if row.heard is None else when(row.heard),
        "version": row.seen.version,
        "list": 0 if row.seen.word is None else row.seen.word.list,
        "list_hours_left": row.list_left,
        "waiting": row.backlog,
        "certificate_days": row.certificate_days,
    }


def table(chart: Chart) -> Plain:
    return {
        "zh": chart.zh,
        "en": chart.en,
        "rows": [{"name": bar.name, "count": bar.count} for bar in chart.bars],
        "left_out": chart.rest,
    }
