"""The hub's measures in Prometheus's text form, version 0.0.4. Pure; calls `hub.operate.doctor`.

Labels are names of processes, checks, certificates and witnesses: nothing of any person.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from hub.operate.doctor.checks import processes
from hub.operate.doctor.model import Finding, Health, Stored

TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LEVELS: Final = {"good": 0, "warn": 1, "bad": 2}
Sample = tuple[Mapping[str, str], float]
Measure = tuple[str, str, str, Sequence[Sample]]


def render(health: Health, findings: Mapping[str, Finding]) -> bytes:
    """Every measure, each with what it means and its type."""
    lines: list[str] = []
    for name, kind, words, samples in _measures(health, findings):
        if samples:
            lines += [f"# HELP sealhub_{name} {words}", f"# TYPE sealhub_{name} {kind}"]
            lines += [f"sealhub_{name}{_labels(labels)} {value:.15g}" for labels, value in samples]
    return ("\n".join(lines) + "\n").encode()


def _measures(health: Health, findings: Mapping[str, Finding]) -> Iterator[Measure]:
    now_ms, silent = health.now_ms, processes.silent(health)
    checks = [({"check": name}, float(LEVELS[one.level])) for name, one in findings.items()]
    yield "check", "gauge", "What doctor finds: 0 good, 1 warn, 2 bad.", checks
    names = sorted({*silent, *health.beats})
    up = [({"process": name}, float(name not in silent)) for name in names]
    yield "up", "gauge", "Whether a process gives signs of life.", up
    yield from _counted(health)
    yield "disk_free_bytes", "gauge", "Room on the state folder's disk.", _one(health.free_bytes)
    ends = [
        ({"certificate": name}, (end - now_ms) / 1000)
        for name, end in health.certificates.items()
        if end is not None
    ]
    yield "certificate_left_seconds", "gauge", "How long a certificate still holds.", ends
    if health.backup is not None:
        age = (now_ms - health.backup.made_ms) / 1000
        yield "backup_age_seconds", "gauge", "How old the newest backup is.", _one(age)
    yield "spool_messages", "gauge", "Messages from sticks not yet taken.", _one(health.spool)
    if health.stored is not None:
        yield from _stored(health.stored, now_ms)


def _stored(stored: Stored, now_ms: int) -> Iterator[Measure]:
    seen = stored.witnessed
    yield "log_leaves", "gauge", "Leaves of the township's log.", _one(stored.leaves)
    yield "log_signed_leaves", "gauge", "Leaves under the signed head.", _one(stored.signed)
    yield "log_cosigned_leaves", "gauge", "Leaves that a quorum has seen.", _one(seen.size)
    if seen.at is not None:
        age = now_ms / 1000 - seen.at.timestamp()
        yield "cosigned_age_seconds", "gauge", "Since when no newer head was seen.", _one(age)
    yield "machines", "gauge", "Machines on the officers' list.", _one(stored.machines)
    yield "machines_online", "gauge", "Machines that say they are online.", _one(stored.online)
    yield "backlog_entries", "gauge", "Entries without receipt.", _one(stored.backlog)
    if stored.lists:
        left = (min(stored.lists.values()) - now_ms) / 1000
        yield "list_left_seconds", "gauge", "How long the oldest list still holds.", _one(left)


def _counted(health: Health) -> Iterator[Measure]:
    """What processes count themselves; each begins anew with its process."""
    beats = health.beats.items()
    started = [({"process": name}, beat.started_ms / 1000) for name, beat in beats]
    yield "start_time_seconds", "gauge", "When a process began, since 1970.", started
    requests = [
        ({"process": name, "status": key.removeprefix("requests_")}, value)
        for name, beat in beats
        for key, value in sorted(beat.counts.items())
        if key.startswith("requests_")
    ]
    yield "http_requests_total", "counter", "Requests answered, by class of status.", requests
    for key, words in (
        ("request_seconds", "Seconds spent on answering requests."),
        ("messages", "Messages taken from the broker or from sticks."),
        ("receipts", "Messages with receipts sent."),
        ("rounds", "Rounds of a process's loop."),
        ("villages", "Villages whose public pages were made anew."),
        ("files", "Files of the public site that were written."),
    ):
        samples = [
            ({"process": name}, beat.counts[key]) for name, beat in beats if key in beat.counts
        ]
        yield f"{key}_total", "counter", words, samples


def _one(value: float) -> list[Sample]:
    return [({}, float(value))]


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
