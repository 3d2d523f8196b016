"""What a file is, by its first bytes and its name. Pure; calls `hub.intake.reasons`.

The bytes decide; a name that says something else is a reason to refuse, so that nobody is shown
another thing than he chose.
"""

from typing import Final

from hub.intake.reasons import Unfit

MAGIC: Final = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"PK\x03\x04", "docx"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
)
NAMES: Final = {
    "pdf": "pdf",
    "jpg": "picture",
    "jpeg": "picture",
    "png": "picture",
    "docx": "docx",
    "doc": "doc",
}
_HEIC: Final = (b"heic", b"heix", b"mif1", b"hevc")


def kind_of(name: str, head: bytes) -> str:
    """pdf, picture, docx or doc; `head` are 16 bytes or more. Raises Unfit."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
        raise Unfit("file_heic")
    found = next((kind for magic, kind in MAGIC if head.startswith(magic)), None)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    said = NAMES.get(ending)
    if found is None or (found in ("docx", "doc") and said is None):
        raise Unfit("file_misnamed" if said else "file_unknown", ending[:10])
    if ending and said != found:
        raise Unfit("file_misnamed", ending[:10])
    return found
