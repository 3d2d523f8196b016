"""`sealcounty pages`: the county's pages, served. Calls `county.pages_server`."""

import argparse
from pathlib import Path
from typing import Final

from county import words
from county.words import Areas

ERRORS: Final = ()


def add(areas: Areas) -> None:
    """The area."""
    pages = areas.add_parser("pages", help="签名与核验页面 signing pages")
    pages.add_argument("--listen", type=words.address, required=True, metavar="HOST:PORT")
    pages.add_argument("--config", type=Path, required=True)
    pages.set_defaults(run=_serve)


def _serve(options: argparse.Namespace) -> None:
    from county.pages_server import serve

    serve(options.listen, options.config)
