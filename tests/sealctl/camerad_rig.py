"""camerad as a real process, and a stand-in for lockd that hands out photo jobs. Calls hardware.sim
and wire.
"""

import os
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hardware.clock import SystemClock
from tests.hardware.rig import PATIENCE_S, ROOT, BodyProcess, body_process, eventually, exchange
from wire import cbor, frames
from wire.refusals import to_dict

_RUN = """
import sys
from pathlib import Path
from hardware.sim.client import SimClient
from sealctl.camerad.main import run
run_, photos, pages = Path(sys.argv[1]) / "run", Path(sys.argv[1]) / "photos", \
Path(sys.argv[1]) / "pages"
run(camera=SimClient(run_ / "body.sock").camera, lockd_sock=run_ / "camera.sock",
    preview_sock=run_ / "preview.sock", photos=photos, pages=pages)
"""


class LockdStandIn:
    """camera.sock as lockd serves it; what camerad answers lies in `answers`."""

    def __init__(self, path: Path) -> None:
        self._jobs: queue.Queue[object] = queue.Queue()
        self.answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self.refuse = False
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen()
        self._links: list[socket.socket] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def give(self, job: object) -> None:
        """Hand this out as the next job, whatever it is."""
        self._jobs.put(job)

    def answer(self) -> dict[str, Any]:
        """The next done or failed: its verb and args."""
        return self.answers.get(timeout=PATIENCE_S)

    def close(self) -> None:
        """As if lockd was killed."""
        for link in (self._listener, *self._links):
            try:
                link.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
            finally:
                link.close()

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            self._links.append(link)
            threading.Thread(target=self._converse, args=(link,), daemon=True).start()

    def _converse(self, link: socket.socket) -> None:
        try:
            with link.makefile("rb") as file:
                while header := file.read(frames.HEADER):
                    data = file.read(frames.unpack_length(header))
                    link.sendall(frames.pack(self._reply(cbor.decode(data, limit=frames.LIMIT))))
        except OSError:
            return

    def _reply(self, request: Any) -> dict[str, object]:
        result: dict[str, object] = {}
        if request["verb"] == "next":
            result = {"job": self._next()}
        else:
            self.answers.put(request)
            if self.refuse:
                return {"id": request["id"], "ok": False, "error": to_dict("bad_request", "no")}
        return {"id": request["id"], "ok": True, "result": result}

    def _next(self) -> object:
        try:
            return self._jobs.get(timeout=0.05)
        except queue.Empty:
            return None


@dataclass
class Rig:
    """A machine folder with a body, a camerad and the stand-in."""

    folder: Path
    body: BodyProcess
    lockd: LockdStandIn
    popen: subprocess.Popen[bytes] = field(init=False)
    count: int = 0

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def preview(self) -> Path:
        return self.folder / "run" / "preview.sock"

    def start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _RUN, str(self.folder)]
        self.popen = subprocess.Popen(command, cwd=ROOT, env=environment)
        eventually(self._answers, "camerad answers")

    def job(self, **changed: object) -> dict[str, Any]:
        """Ask for a photo; the answer, which is for this job."""
        self.ask(**changed)
        answer = self.lockd.answer()
        assert answer["args"]["id"] == self.count
        return answer

    def ask(self, **changed: object) -> None:
        self.count += 1
        plain = {
            "id": self.count,
            "kind": "before",
            "after_mono_ms": 0,
            "pages": [],
            "before": None,
        }
        self.lockd.give({**plain, **changed})

    def alive(self) -> bool:
        return self.popen.poll() is None

    def _answers(self) -> bool:
        assert self.alive(), "camerad ended at its start"
        try:
            found = exchange(self.preview, frames.pack({"id": 1, "verb": "preview", "args": {}}))
        except OSError:
            return False
        return found is not None


@contextmanager
def camerad(folder: Path) -> Iterator[Rig]:
    """Everything running; ended with the block."""
    (folder / "pages").mkdir()
    with body_process(folder) as body:
        rig = Rig(folder, body, LockdStandIn(folder / "run" / "camera.sock"))
        rig.start()
        try:
            yield rig
        finally:
            rig.popen.kill()
            rig.popen.wait()
            rig.lockd.close()


NOW = SystemClock().mono_ms
