"""The signed list of an owner's files, which stands among them. Calls `hub.site`, `wire`."""

import posixpath
from collections.abc import Iterator, Mapping

from hub.site.files import File
from hub.site.folder import Closing, Lying
from hub.site.key import SiteKey
from wire import site_manifest
from wire.site_manifest import SiteFile


def closing(key: SiteKey, folder: str) -> Closing:
    """What makes list and signature of all the rest, in that folder of the site."""
    path = posixpath.join(folder, site_manifest.LIST)
    signature = posixpath.join(folder, site_manifest.SIGNATURE)

    def made(now: Mapping[str, Lying]) -> Iterator[File]:
        data = site_manifest.encode(
            [SiteFile(name, one.size, one.sha256) for name, one in now.items()]
        )
        yield File(path, data)
        yield File(signature, key.sign(site_manifest.text(path, data)))

    return made
