"""`python -m bench.bare_witness FILE PORT`: what no witness can leave out, and nothing else.

Calls `tests.support.witness` and `wire.tlog`. Each request is answered after one committed row in
FILE, one signature verified, one consistency proof checked and one signature made, always the same.
"""

import sqlite3
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.witness import KEY, Log
from wire.tlog import submission
from wire.tlog.proof import verify_consistency

OLD, NEW = 1000, 1001


def main(path: str, port: str) -> None:
    """Answer until told to stop."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE head (data BLOB)")
    log = Log.of(NEW)
    text, proof, roots = log.text(NEW), log.proof(OLD, NEW), (log.root(OLD), log.root(NEW))
    signature, public = KEY.sign(text), KEY.public_key()

    async def answer(request: Request) -> Response:
        body = await request.body()
        public.verify(signature, text)
        verify_consistency(OLD, NEW, proof, *roots)
        line = KEY.sign(text)
        connection.execute("INSERT INTO head VALUES (?)", (body,))
        return Response(line)

    app = Starlette(routes=[Route(submission.PATH, answer, methods=["POST"])])
    uvicorn.run(app, port=int(port), log_level="warning", ws="none", lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
