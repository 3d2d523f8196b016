"""The second half of `sealctl provision`: the list, and the receipt of the boot entry.

Calls `sealctl.{config,link,show}`, `sealctl.commands.{installed,township}`, `wire.provisioning`. It
changes nothing: lockd and syncd do the work, and this waits for it and says what is missing.
"""

import sys
import time
from collections.abc import Callable
from typing import Any, Final

from sealctl.commands import township
from sealctl.commands.installed import Installed
from sealctl.config import MachineConfig
from sealctl.link import LinkError, ask
from sealctl.show import Shown
from wire.provisioning.reasons import NotProvisioned

WAIT_S: Final = 60
POLL_S: Final = 0.05
LOCKD_S: Final = 10.0


def finish(config: MachineConfig, wait_s: int) -> Shown:
    """Wait for the list and for the receipt of the boot entry; raises NotProvisioned."""
    deadline = time.monotonic() + wait_s
    standing = _poll(lambda: _standing(config), deadline, "certificate_needed")
    if standing == "unlisted":
        raise NotProvisioned("unlisted", Installed(config.file).officers_line(config.device))
    if standing == "other_key":
        raise NotProvisioned("key_differs", Installed(config.file).officers_line(config.device))
    soon = min(deadline, time.monotonic() + LOCKD_S)
    _poll(lambda: _asked(config, "health"), soon, "lockd_away")
    state = _poll(lambda: _with_list(config), deadline, "list_pending")
    say(f"清单已采用 list adopted: {state['list']['version']}")
    health = _poll(lambda: _receipted(config), deadline, "receipt_pending")
    if standing == "suspended":
        raise NotProvisioned("suspended", config.device)
    data = {
        "device": config.device,
        "list": state["list"]["version"],
        "boot": health["boot"],
        "standing": standing,
    }
    return Shown(
        data,
        f"✓ 开通完成 provisioned: {config.device}, 开机记录 boot entry {health['boot']} "
        "已有回执 receipted",
    )


def say(words: str) -> None:
    """A step is done; the answer itself goes to stdout."""
    print(f"✓ {words}", file=sys.stderr)


def _standing(config: MachineConfig) -> str | None:
    """What the officers' list says; None while syncd still has to recover the certificate."""
    try:
        return township.own_site(config).standing().standing
    except NotProvisioned as refused:
        if refused.code != "certificate_needed":
            raise
        return None


def _with_list(config: MachineConfig) -> Any:
    state = _asked(config, "state")
    return state if state is not None and state["list"] else None


def _receipted(config: MachineConfig) -> Any:
    health = _asked(config, "health")
    return health if health is not None and health["boot_receipted"] else None


def _asked(config: MachineConfig, verb: str) -> Any:
    try:
        return ask(config.socket("console"), verb)
    except LinkError as error:
        if error.refusal["code"] == "unavailable":
            return None
        raise


def _poll(look: Callable[[], Any], deadline: float, code: str) -> Any:
    """The first answer; NotProvisioned(code) when there is none in time."""
    while (found := look()) is None:
        if time.monotonic() >= deadline:
            raise NotProvisioned(code)
        time.sleep(POLL_S)
    return found
