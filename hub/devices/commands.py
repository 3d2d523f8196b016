"""`sealhub device …` and `sealhub certificates …`: tokens, revocation, the hub's own certificates.

Calls `hub.devices` and `hub.config`; `hub.commands.devices` hands the arguments over once Django is
set up.
"""

import argparse
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import segno
from cryptography import x509

from hub.clock import now_ms
from hub.config import Config
from hub.devices import authority, broker, ca, certificates, invitations
from hub.devices.invitations import InvitationError, Wanted
from hub.devices.models import Certificate, Invitation
from wire.provisioning import token

BROKER: Final = "broker.path"
"""In the state folder: where `sealhub broker config` put the broker's files."""
DAY_MS: Final = 86_400_000


def add(config: Config, arguments: argparse.Namespace) -> None:
    """Print a new token, as text and as QR code; the text alone goes to stdout."""
    lifetime_ms = arguments.days * DAY_MS if arguments.days else invitations.DEFAULT_MS
    wanted = Wanted(
        arguments.device, arguments.village, arguments.serial or "", arguments.replaces or ""
    )
    made = invitations.invite(
        wanted,
        hub=config.machines.enrol,
        ca_sha256=ca.fingerprint(_tls(config)),
        now_ms=now_ms(),
        lifetime_ms=lifetime_ms,
    )
    text = token.encode(made)
    code = segno.make(text, error="m", micro=False)
    if arguments.svg is not None:
        drawn = io.BytesIO()
        code.save(drawn, kind="svg", scale=4, border=4)
        _new_file(arguments.svg, drawn.getvalue())
    shown = io.StringIO()
    code.terminal(out=shown, compact=True)
    print(shown.getvalue())
    print(
        f"设备 device {made.device}, 村 village {wanted.village}, "
        f"有效至 until {_when(now_ms() + lifetime_ms)}"
    )
    print(
        "只显示这一次。在机器上运行： Shown this once. At the machine run:\n"
        "  sealctl provision --token - --root-sha256 县里给的哈希 HASH_FROM_THE_COUNTY"
    )
    print(text)


def revoke(config: Config, arguments: argparse.Namespace) -> None:
    """Shut a machine out: CRL, ACL and its unused tokens; the broker is told."""
    device = arguments.device
    if not certificates.of(device) and not Invitation.objects.filter(device=device).exists():
        raise InvitationError(f"{device}: 没有这台设备。 No such device ever joined.")
    count = certificates.revoke(_tls(config), device, now_ms())
    voided = invitations.void(device, now_ms())
    print(
        f"{device}: 吊销证书 revoked certificates {count}, 作废开通码 voided tokens {voided}。"
        "再次开通要新的开通码。 It joins again by a new token only."
    )
    tell_broker(config)


def show(_: Config, arguments: argparse.Namespace) -> None:
    """Everything about one machine, its record key first: the officers copy that from the machine
    itself, and compare it with this.
    """
    device = arguments.device
    shown, machine = certificates.shown_key(device), authority.machines().get(device)
    held, invited = certificates.of(device), Invitation.objects.filter(device=device)
    if machine is None and not held and not invited.exists():
        raise InvitationError(f"{device}: 没有这台设备。 No such device.")
    print(f"device     {device}\nlist       {_listed(device)}")
    if machine is not None and machine.replaces is not None:
        print(f"replaces   {machine.replaces}")
    if shown is not None:
        print(
            f"alg        {shown.alg}\npublic_key {shown.public.hex()}\nkid        {shown.kid.hex()}"
        )
    for one in held:
        print(_certificate_line(one))
    for token_row in invited.order_by("-id"):
        print(_token_line(token_row))


def list_(_config: Config, _arguments: argparse.Namespace) -> None:
    """One line a machine."""
    names = {
        *authority.machines(),
        *Certificate.objects.values_list("device", flat=True),
        *Invitation.objects.values_list("device", flat=True),
    }
    for device in sorted(names):
        last = certificates.newest(device)
        state = "无证书 no certificate" if last is None else _state(last)
        print(f"{device:<32} {_listed(device):<32} {state}")


def renew(config: Config, _: argparse.Namespace) -> None:
    """New certificates for the hub's own keys; the sites read theirs at the next connection."""
    tls = _tls(config)
    for name in ca.OWN:
        ca.renew(tls, name, config.machines.hub_days)
        print(f"{name}: 有效至 until {_when(_expires_ms(tls / f'{name}.pem'))}")
    print("请重启 ingest 和 work。 Restart ingest and work.")
    tell_broker(config)


def remember_broker(config: Config, folder: Path) -> None:
    """Where revocations have to go."""
    (config.state / BROKER).write_text(f"{folder.absolute()}\n", "utf-8")


def tell_broker(config: Config) -> None:
    """Have it read CRL, ACL and certificates again, and say whether it did."""
    path = config.state / BROKER
    folder = Path(path.read_text("utf-8").strip()) if path.exists() else None
    if folder is not None and folder.is_dir():
        broker.write_acl(folder, certificates.revoked_devices())
        if broker.reload(folder):
            print("消息中间件已重新读取。 The broker has read it.")
            return
    print(
        "消息中间件没有运行，或不归本用户：请让它重新读取（kill -HUP）。 "
        "The broker does not run, or is another user's: have it read again (kill -HUP)."
    )


def _tls(config: Config) -> Path:
    return config.broker.ca.parent


def _listed(device: str) -> str:
    machine, shown = authority.machines().get(device), certificates.shown_key(device)
    if machine is None:
        return "不在清单上 unlisted"
    if shown is not None and shown != machine.key:
        return "清单上是另一把密钥 OTHER KEY"
    words = {"active": "在用 active", "suspended": "停用 suspended"}
    return f"{words[machine.state]} {machine.village}"


def _certificate_line(one: Certificate) -> str:
    return f"certificate {one.serial[:16]} {_when(one.issued_ms)} {_state(one)}"


def _state(one: Certificate) -> str:
    if one.revoked_ms is not None:
        return f"已吊销 revoked {_when(one.revoked_ms)}"
    if one.expires_ms <= now_ms():
        return f"已过期 expired {_when(one.expires_ms)}"
    return f"有效至 until {_when(one.expires_ms)}"


def _token_line(one: Invitation) -> str:
    if one.used_by is not None:
        state = "已使用 used"
    elif one.expires_ms <= now_ms():
        state = "已失效 over"
    else:
        state = f"未使用，有效至 unused, until {_when(one.expires_ms)}"
    bound = f" serial {one.serial}" if one.serial else ""
    replaces = f" replaces {one.replaces}" if one.replaces else ""
    return f"token {bytes(one.name)[:4].hex()} {_when(one.created_ms)} {state}{bound}{replaces}"


def _expires_ms(path: Path) -> int:
    found = x509.load_pem_x509_certificate(path.read_bytes())
    return int(found.not_valid_after_utc.timestamp() * 1000)


def _when(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M}"


def _new_file(path: Path, data: bytes) -> None:
    """For its owner alone: the picture is the token."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(data)


COMMANDS: Final[dict[str, Callable[[Config, argparse.Namespace], None]]] = {
    "add": add,
    "list": list_,
    "show": show,
    "revoke": revoke,
    "renew": renew,
}
