"""The first pages of the public site: the township's, and each village's with its large buttons.

Calls `hub.disclosure.queries`, `hub.site`, `hub.devices.authority`, `hub.config`.
"""

from collections.abc import Container, Iterator, Sequence
from typing import Final

from hub.config import config
from hub.devices import authority
from hub.disclosure import queries
from hub.disclosure.queries import Village
from hub.site import qr
from hub.site.files import PAGE, File, Kept
from hub.site.frame import frame
from hub.site.place import Place, Tile
from hub.site.render import html
from hub.site.shared import shared
from wire.lists.villages import FormerVillage

_PICTURE: Final = "qr.svg"


def place(where: Village) -> Place:
    """The village as the site meets it."""
    return Place(where.id, where.name, where.ended is not None)


def village(
    where: Village,
    there: Sequence[Village],
    former: Sequence[FormerVillage],
    tiles: Sequence[Tile],
    known: Container[str],
) -> Iterator[File | Kept]:
    """Its first page, and the QR code that leads there from door and notice board."""
    own = place(where)
    picture, address = f"{own.folder}/{_PICTURE}", f"{config().origins.public}/{own.folder}/"
    yield html(
        f"{own.folder}/{PAGE}",
        "village.html",
        **frame(own),
        where=own,
        tiles=tiles,
        address=address,
        since=0 if where.ended is None else where.ended.since_ms,
        heirs=[place(one) for one in queries.heirs(where, there)],
        before=queries.before(where, former),
    )
    if picture in known:
        yield Kept(picture)
    else:
        yield File(picture, qr.svg(address), lasting=True)


def township(there: Sequence[Village], tiles: Sequence[Tile]) -> Iterator[File]:
    """The list of villages, and what all pages use."""
    name = "" if authority.current() is None else authority.policy().township_name
    places = [place(one) for one in there]
    yield html(PAGE, "index.html", **frame(), places=places, tiles=tiles, township=name)
    yield from shared()
