"""A real nginx with the example configuration, in front of a site's folder.

Calls only nginx of Debian. The application's address has nobody, unless a test says otherwise.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.broker import listening, until
from tests.support.ports import free_port

CONFIG = Path(__file__).parents[2] / "config" / "nginx" / "public.conf"
MISSING = "this test needs Debian's nginx: install the Debian package 'nginx-light'"
MAIN = """\
daemon off; worker_processes 1; pid {folder}/pid; {user}
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  include {folder}/public.conf;
}}
"""


@contextmanager
def nginx(root: Path, folder: Path, *, application: int | None = None) -> Iterator[int]:
    """Its port, while it runs; `application` is the port that forms are asked at."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    assert program is not None, MISSING
    port, folder = free_port(), folder / "nginx"
    folder.mkdir()
    text = CONFIG.read_text("utf-8")
    for example, here in (
        ("/srv/sealhub-site", str(root)),
        ("127.0.0.1:8711", f"127.0.0.1:{port}"),
        ("127.0.0.1:8701", f"127.0.0.1:{application or free_port()}"),
    ):
        assert example in text
        text = text.replace(example, here)
    (folder / "public.conf").write_text(text, "utf-8")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), "utf-8")
    process = subprocess.Popen(
        [program, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
    )
    try:
        until(lambda: listening(port), f"nginx listens: {folder}/error.log")
        yield port
    finally:
        process.terminate()
        process.wait(10)
