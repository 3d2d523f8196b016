"""`sealcounty key new` and `token`: keys in files and in tokens.

Calls `county.{keys,token_keys,words}`.
"""

import argparse
from pathlib import Path
from typing import Final

from county import keys, words
from county.keys import KeyFileError
from county.words import Areas

ERRORS: Final = (KeyFileError,)


def add(areas: Areas) -> None:
    """The area."""
    actions = areas.add_parser("key", help="密钥 key files").add_subparsers(required=True)
    new = actions.add_parser("new", help="生成 make a key")
    new.add_argument("file", type=Path)
    new.set_defaults(run=_new)
    token = actions.add_parser("token", help="安全芯片里的密钥 a key in a PKCS#11 token")
    token.add_argument("uri", metavar="pkcs11:…", help="RFC 7512")
    token.add_argument("file", type=Path, help="公钥存到 where its public half goes")
    token.add_argument("--new", action="store_true", help="在芯片内生成 make it in the token")
    token.set_defaults(run=_token)


def _new(options: argparse.Namespace) -> None:
    keys.create(options.file)
    print(f"私钥 private key: {options.file}\n公钥 public key: {keys.public_path(options.file)}")


def _token(options: argparse.Namespace) -> None:
    from county import token_keys

    held = (token_keys.create if options.new else token_keys.load)(options.uri, words.secret)
    token_keys.export(held, options.file)
    print(f"公钥 public key: {options.file}")
