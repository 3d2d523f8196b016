"""`sealctl provision`: from a token to a machine whose first entry the township has receipted.

Calls `sealctl.{config,link}`, `sealctl.commands` and `wire`. It may be
cut off anywhere and run again: keys that were made are used, a token that was spent is answered
again, and what was installed is written once more.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sealctl.commands import board, parts, township
from sealctl.commands.finish import WAIT_S, finish, say
from sealctl.commands.installed import Installed
from sealctl.commands.scan import Codes
from sealctl.config import ConfigError, MachineConfig, load
from sealctl.link import LinkError, ask
from sealctl.show import Shown
from wire.errors import WireError
from wire.provisioning import token as tokens
from wire.provisioning.messages import Join, Joined
from wire.provisioning.reasons import NotProvisioned
from wire.provisioning.token import ADDRESS, JoinToken

ASK: Final = "-"
ANSWER_S: Final = 60.0
_HEX: Final = re.compile(rb"\s*[0-9a-fA-F]{64}\s*")


@dataclass(frozen=True)
class Root:
    """The county's first root: its hash from the county's own medium, and the file if it has it."""

    sha256: bytes
    data: bytes | None = None


def add(commands: Any) -> None:
    """The verb. It loads no machine.toml before it runs: there may be none yet."""
    made = commands.add_parser("provision", help="开通机器 join a township by a token")
    given = made.add_mutually_exclusive_group()
    given.add_argument("--token", metavar="TEXT", help="开通码 from `sealhub device add`; - asks")
    given.add_argument("--scan", action="store_true", help="扫开通标签 read the label")
    made.add_argument(
        "--hub",
        type=ADDRESS.load,
        metavar="URL",
        help="平台地址，否则用开通码里的 else the token's",
    )
    made.add_argument("--root-sha256", type=_digest, metavar="HEX", help="县级根的哈希")
    made.add_argument("--root-file", type=Path, metavar="FILE", help="县里的 root.json 或哈希")
    made.add_argument("--hardware", type=Path, metavar="FILE", help="[panel] [hardware.*]")
    made.add_argument("--serial", metavar="TEXT", help="主板序列号 the board's serial number")
    made.add_argument("--finish", action="store_true", help="接着办 go on where it stopped")
    made.add_argument("--wait", type=int, default=WAIT_S, metavar="SECONDS", help="等回执")
    made.set_defaults(run=provision)


def provision(options: argparse.Namespace) -> Shown:
    """Join with a token, or go on where it stopped; raises NotProvisioned, ConfigError."""
    installed = Installed(options.config)
    if options.finish or (options.token is None and not options.scan):
        return finish(_configured(options.config), options.wait)
    codes = Codes(installed.parts(options.hardware), options.wait) if options.scan else None
    token = _given_token(options.token, codes)
    if installed.joined_by(token):
        say("已经开通过，继续 joined before: going on")
        return finish(_configured(options.config), options.wait)
    _refuse_other_board(token, _serial(options))
    root = _root(options, installed, codes)
    draft = installed.draft(token.device, root.sha256, options.hardware)
    joined = _join(options, token, root, installed, draft)
    return _next_steps(token.device, joined, installed)


def _join(
    options: argparse.Namespace, token: JoinToken, root: Root, installed: Installed, draft: str
) -> Joined:
    site, ca = township.hub_site(options.hub or token.hub, token.ca_sha256)
    say("平台证书指纹相符 the hub is the one that the token names")
    key = installed.joining_key(token)
    csr, request = township.tls_request(key, token.device)
    shown = _introduced(installed, token, request)
    say("两把密钥已就绪 both keys are made and held here")
    joined = site.join(
        Join(
            token.secret,
            csr,
            shown["alg"],
            shown["public_key"],
            shown["proof"],
            _serial(options),
        )
    )
    township.check_joined(joined, ca=ca, device=token.device, csr=csr)
    first = _first_root(joined, root)
    installed.keep_public(shown["alg"], shown["public_key"])
    installed.install(
        token, joined, ca=ca, root=first, hub=options.hub or token.hub, key=key, draft=draft
    )
    say("证书已安装 the certificate is installed")
    return joined


def _next_steps(device: str, joined: Joined, installed: Installed) -> Shown:
    """What has to happen outside the machine before it may stamp."""
    key = installed.public()
    data = {"device": device, "village": joined.village, "standing": joined.standing, **key}
    lines = [f"✓ {device}: 已领到证书 has its certificate"]
    if joined.standing != "active":
        lines += [
            "",
            "请县里授权人员照下面登记这台机器（照抄本机所示，不要照抄平台）：",
            "The county's officers add this machine to the list, as it is shown here:",
            f"  device      {device}",
            f"  village     {joined.village}",
            f"  alg         {key['alg']}",
            f"  public_key  {key['public_key']}",
            "在此之前机器不能盖章。 Until then the machine is suspended and stamps nothing.",
        ]
    lines += [
        "",
        "接着在本机运行： Then, at this machine:",
        "  systemd-tmpfiles --create sealctl.conf",
        "  systemctl restart sealctl.target",
        "  sealctl provision --finish",
    ]
    return Shown(data, "\n".join(lines))


def _introduced(installed: Installed, token: JoinToken, request: bytes) -> dict[str, Any]:
    """Public half and proof of the record key: from lockd where it runs, else from a process that
    holds the key in its place and knows no network.
    """
    try:
        given = {"challenge": token.name, "request": request}
        console = installed.folder / "run" / "console.sock"
        return dict(ask(console, "prove", **given))
    except LinkError as error:
        if error.refusal["code"] != "unavailable":
            raise
    words = [str(installed.trial), token.name.hex(), request.hex()]
    done = subprocess.run(
        [sys.executable, "-m", "sealctl.introduce", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=ANSWER_S,
    )
    try:
        said = json.loads(done.stdout)
    except ValueError as error:
        raise NotProvisioned("key_unusable", done.stderr.strip()[-300:]) from error
    if "code" in said:
        raise NotProvisioned(said["code"], said["detail"])
    octets = {name: bytes.fromhex(said[name]) for name in ("public_key", "proof")}
    return {"alg": said["alg"], **octets}


def _first_root(joined: Joined, root: Root) -> bytes:
    """The county's first root, whoever brought it, under the hash that the county gave."""
    found = root.data if root.data is not None else next(iter(joined.roots), None)
    if found is None:
        raise NotProvisioned("root_missing")
    if hashlib.sha256(found).digest() != root.sha256:
        raise NotProvisioned("root_differs", hashlib.sha256(found).hexdigest())
    if joined.roots and joined.roots[0] != found:
        raise NotProvisioned("root_differs", "the hub has another county's root")
    return found


def _root(options: argparse.Namespace, installed: Installed, codes: Codes | None) -> Root:
    """From the county's stick, its paper, or what this machine follows already."""
    pinned = installed.pinned_root()
    given = Root(options.root_sha256) if options.root_sha256 is not None else None
    if options.root_file is not None:
        data = options.root_file.read_bytes()
        is_hash = _HEX.fullmatch(data)
        given = Root(bytes.fromhex(data.decode())) if is_hash else Root(_sha256(data), data)
    if given is None and pinned is None and codes is not None:
        given = Root(codes.read("请扫县里打印的根哈希 the county's sheet", _hash_of))
    if given is None and pinned is None:
        raise ConfigError(
            "要有县级根的哈希：--root-sha256 或 --root-file。 "
            "The county root's hash is needed: --root-sha256 or --root-file."
        )
    if given is not None and pinned is not None and given.sha256 != pinned:
        raise NotProvisioned("root_differs", f"machine.toml pins {pinned.hex()}")
    if given is not None:
        return given
    return Root(pinned or b"")


def _digest(text: str) -> bytes:
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("64 hexadecimal digits expected")
    return value


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _given_token(text: str | None, codes: Codes | None) -> JoinToken:
    if codes is not None:
        return codes.read("请扫本机的开通标签 this machine's label", _token_of)
    if text is None or text == ASK:
        text = parts.secret("开通码 token")
    try:
        return tokens.decode(text)
    except WireError as error:
        raise NotProvisioned("token_broken", str(error)) from error


def _token_of(text: str) -> JoinToken | None:
    try:
        return tokens.decode(text)
    except WireError:
        return None


def _hash_of(text: str) -> bytes | None:
    return bytes.fromhex(text.strip()) if _HEX.fullmatch(text.encode("utf-8", "replace")) else None


def _configured(file: Path) -> MachineConfig:
    try:
        return load(file)
    except ConfigError as error:
        raise NotProvisioned("not_joined", str(error)) from error


def _refuse_other_board(token: JoinToken, serial: str) -> None:
    """Before anything is made here, so that the right label finds an empty folder."""
    if token.serial not in ("", serial):
        raise NotProvisioned(
            "serial_differs", f"bound to {token.serial}, this board is {serial or 'unknown'}"
        )


def _serial(options: argparse.Namespace) -> str:
    """The board's, unless the operator says it."""
    return board.serial() if options.serial is None else str(options.serial)
