"""Adds the demo's software passkeys to a page without touching the product.

Calls nothing of ours.
"""

import re

_HEAD = re.compile(rb"<head[^>]*>", re.IGNORECASE)


def with_authenticator(page: bytes, people_origin: str) -> bytes:
    """The page with the demo's script as the first thing in its head."""
    tag = f'<script src="{people_origin}/authenticator.js"></script>'.encode()
    return _HEAD.sub(lambda found: found.group(0) + tag, page, count=1)


def widened_policy(policy: str, people_origin: str) -> str:
    """The Content-Security-Policy that also allows the demo's script and its questions."""
    directives = dict(
        [*part.strip().split(" ", 1), ""][:2] for part in policy.split(";") if part.strip()
    )
    for name in ("script-src", "connect-src"):
        allowed = directives.get(name, directives.get("default-src", "'self'"))
        directives[name] = (
            f"{allowed.replace(chr(39) + 'none' + chr(39), '')} {people_origin}".strip()
        )
    return "; ".join(f"{name} {value}".strip() for name, value in directives.items())
