"""What stands around every page of the public site: the way home, the telephones.

Calls `hub.site`, `hub.config`.
"""

from typing import Any

from hub.config import config
from hub.site.place import Place
from hub.site.settings import settings


def frame(where: Place | None = None) -> dict[str, Any]:
    """The context that `base.html` needs; without a village it leads to the township's page."""
    return {
        "home": "" if where is None else f"{where.folder}/",
        "home_name": "各村公开" if where is None else where.name,
        "telephones": settings(config()).telephones,
    }


def form(path: str) -> str:
    """The address of a form of the public application: found from a copy on a stick, too."""
    return f"{config().origins.public}/{path}"


def report(where: Place, about: str) -> str:
    """The address at which one reports what that page shows, as `hub.hotline.attached` reads it;
    empty where the township has no hotline.
    """
    origin = config().hotline_origin
    return f"{origin}/?village={where.id}&about={about}" if origin else ""


def around(where: Place | None = None) -> dict[str, Any]:
    """The same for `form_base.html`, whose pages are the application's own."""
    found = frame(where)
    return found | {"home": f"/{found['home']}"}
