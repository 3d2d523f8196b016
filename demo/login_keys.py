"""Lets the demo's people log in to the hub: their public keys go into its database, once.

Calls demo.state and hub.people.login. Runs in a process of its own: Django reads settings once.
"""

import argparse
import os
from pathlib import Path

import django

from demo.state import DemoState


def main() -> int:
    """Add one log-in key for each person."""
    parser = argparse.ArgumentParser(prog="demo.login_keys")
    parser.add_argument("--var", type=Path, required=True)
    state = DemoState.load(parser.parse_args().var, building=True)
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    django.setup()
    from hub.people.login import add_login_key

    for person in state.people:
        key = person.authenticator.passkey("hub.localhost")
        add_login_key(person.id, key.id, key.public_key)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
