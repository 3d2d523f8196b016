"""A PKCS#11 token in a folder: SoftHSM2, made anew for each test.

Calls `hsm` and Debian's softhsm2-util. The module in this process is told where it lies, and so are
the processes that it starts, by the environment.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pkcs11

from hsm.place import Place

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "135792"
SO_PIN = "97531975"
KEY = "record"


@dataclass(frozen=True)
class SoftToken:
    """One token; it may be pulled out and put back."""

    folder: Path
    label: str = "village"

    @classmethod
    def make(cls, folder: Path) -> "SoftToken":
        """Initialised, empty; SOFTHSM2_CONF names it from now on."""
        (folder / "tokens").mkdir(parents=True)
        conf = folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
        os.environ["SOFTHSM2_CONF"] = str(conf)
        made = cls(folder)
        made.tool("--init-token", "--free", "--label", made.label, "--so-pin", SO_PIN)
        pkcs11.lib(MODULE).reinitialize()
        return made

    def place(self, key: str = KEY) -> Place:
        return Place(MODULE, self.label, key)

    def session(self) -> pkcs11.Session:
        """One for reading and writing, whoever is logged in."""
        found = pkcs11.lib(MODULE).get_token(token_label=self.label)
        try:
            return found.open(rw=True, user_pin=PIN)
        except pkcs11.UserAlreadyLoggedIn:
            return found.open(rw=True)

    def tool(self, *arguments: str) -> None:
        """What softhsm2-util does with these arguments and the PIN."""
        command = ["softhsm2-util", *arguments, "--pin", PIN]
        subprocess.run(command, check=True, capture_output=True)

    def pull(self) -> None:
        (self.folder / "tokens").rename(self.folder / "drawer")

    def push(self) -> None:
        """Back in its place; this process looks for it as a new one would."""
        (self.folder / "drawer").rename(self.folder / "tokens")
        pkcs11.lib(MODULE).reinitialize()
