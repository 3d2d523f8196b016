"""Whoever answers in the hub's place."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def speaking(speak: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port on which everybody is told the same and sent away."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    raw, _ = listening.accept()
                    raw.settimeout(5)
                    with contextlib.closing(raw):
                        speak(raw)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            ended.set()
            thread.join()


@contextlib.contextmanager
def serving(tls: Path, answer: bytes) -> Iterator[int]:
    """The same over TLS with the certificate in that folder, after one request."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tls / "server.pem", tls / "server.key")

    def speak(raw: socket.socket) -> None:
        with context.wrap_socket(raw, server_side=True) as connection:
            connection.recv(65536)
            connection.sendall(answer)

    with speaking(speak) as port:
        yield port
