"""The site's key signs what each village's files were. Calls `hub.config` for types, `wire.tlog`.

Its name is the public site's host and `/site`.
"""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hub.config import Config
from wire.tlog import note
from wire.tlog.note import Signature, Verifier


class SiteKeyError(ValueError):
    """The site's key cannot be used; the text says which file, in Chinese and English."""


@dataclass(frozen=True)
class SiteKey:
    """An Ed25519 key under the site's name."""

    name: str
    private: Ed25519PrivateKey

    @classmethod
    def load(cls, config: Config) -> Self:
        """Raises SiteKeyError for a file that is missing or holds anything but an Ed25519 key."""
        path = config.site_key
        try:
            private = load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError as error:
            raise SiteKeyError(
                f"{path}: 没有公开网页的密钥，先运行 sealhub migrate。 There is no site key: run "
                "`sealhub migrate` first."
            ) from error
        except (ValueError, TypeError) as error:
            raise SiteKeyError(f"{path}: 密钥不能用。 Not a usable key.") from error
        if not isinstance(private, Ed25519PrivateKey):
            raise SiteKeyError(f"{path}: 不是 Ed25519 密钥。 Not an Ed25519 key.")
        return cls(f"{urlsplit(config.origins.public).netloc}/site", private)

    @property
    def vkey(self) -> str:
        """The public half, as whoever verifies names it."""
        return note.vkey(self.name, self.private.public_key().public_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        return note.verifier(self.vkey)

    def sign(self, text: bytes) -> bytes:
        """The signed note."""
        signature = Signature(self.name, self.verifier.key_id, self.private.sign(text))
        return note.assemble(text, [signature])
