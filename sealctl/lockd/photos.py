"""Photos asked of camerad: one job at a time, its answer checked against the file itself.

Calls only `sealctl.session.model` and `wire.refusals`. lockd never decodes an image: it reads the
file's bytes to hash them, and believes the findings as far as a record that can be checked later.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sealctl.session.model import Photo, PhotoFailed, PhotoTaken
from wire.refusals import Refused


@dataclass(frozen=True)
class Job:
    """A photo exposed at or after `after_mono_ms`; `before` is the photo to compare it with."""

    id: int
    kind: str
    after_mono_ms: int
    pages: tuple[bytes, ...]
    before: bytes | None


class Photos:
    """`folder` is camerad's; a new job replaces the one that waits. `answer` is the last job that
    was answered, with its photo where there is one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        self.job: Job | None = None
        self.taken: int = 0
        self.answer: tuple[int, Photo | None] = (0, None)

    def ask(
        self, kind: str, after_mono_ms: int, pages: Sequence[bytes], before: bytes | None
    ) -> int:
        """Make this the job to be done now; its id."""
        self._count += 1
        self.job = Job(self._count, kind, after_mono_ms, tuple(pages), before)
        return self._count

    def replaced(self, job: int) -> bool:
        """Whether another job was asked for since."""
        return self._count != job

    def give_up(self, job: int) -> None:
        """Nobody waits for that job any more."""
        if self._wanted(job) is not None:
            self.job = None

    def kind(self, job: int) -> str:
        """What the job is of; empty where that job is no longer wanted."""
        wanted = self._wanted(job)
        return "" if wanted is None else wanted.kind

    def next(self) -> Job | None:
        """The job that nobody took yet; it is given to one taker only."""
        if self.job is None or self.taken == self.job.id:
            return None
        self.taken = self.job.id
        return self.job

    def forget_taker(self) -> None:
        """The taker is gone: whoever comes next may take the job again."""
        self.taken = 0

    def done(
        self, job: int, sha256: bytes, findings: Sequence[str], mono_ms: int
    ) -> PhotoTaken | None:
        """The answer as an event; None where that job is no longer wanted.

        Raises Refused('bad_request') where the file is not what was said, or older than asked.
        """
        wanted = self._wanted(job)
        if wanted is None:
            return None
        if mono_ms < wanted.after_mono_ms:
            raise Refused("bad_request", "exposed before it was asked for")
        path = self._folder / f"{sha256.hex()}.jpg"
        try:
            data = path.read_bytes()
        except OSError as error:
            raise Refused("bad_request", "no such photo") from error
        if hashlib.sha256(data).digest() != sha256:
            raise Refused("bad_request", "the photo is not what its name says")
        self.job = None
        photo = Photo(sha256, tuple(findings))
        self.answer = job, photo
        return PhotoTaken(photo)

    def failed(self, job: int, code: str) -> PhotoFailed | None:
        """The failure as an event; None where that job is no longer wanted."""
        if self._wanted(job) is None:
            return None
        self.job = None
        self.answer = job, None
        return PhotoFailed(code)

    def _wanted(self, job: int) -> Job | None:
        return self.job if self.job is not None and self.job.id == job else None
