"""`sealhub serve`, `public`, `blobs`, `enrol` and `hotline`: the hub's sites. Calls
`hub.serve`, `hub.config` and `hub.hotline.vault`.
"""

import argparse
from typing import Any, Final

from hub.commands import parts

ERRORS: Final[parts.Errors] = (("hub.hotline.vault", "VaultError"),)


def add(commands: Any) -> None:
    """The verbs."""
    for name, site, words in (
        ("serve", "staff", "工作人员网站 the staff's site"),
        ("public", "public", "村民网站 the villagers' site"),
        ("blobs", "blobs", "印章机上传 the machines' uploads (mutual TLS)"),
        ("enrol", "enrol", "印章机领取证书 certificates for machines (TLS)"),
        ("hotline", "hotline", "监察站直通车 the villagers' hotline"),
    ):
        made = parts.add(commands, name, _serve, words)
        made.set_defaults(site=site)
        made.add_argument("--listen", required=True, metavar="HOST:PORT")


def _serve(arguments: argparse.Namespace) -> None:
    parts.django()
    from hub.config import config
    from hub.hotline import vault
    from hub.serve import run

    if arguments.site == vault.PROCESS:
        vault.check(config().state)
    run(arguments.listen, arguments.site)
