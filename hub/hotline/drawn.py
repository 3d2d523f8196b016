"""The value that a form's receipt code is made of: the same however often the form is sent.

Calls `hub.requests.codes` and Django's signing.
"""

from typing import Final

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from hub.requests import codes

_DRAWN: Final = Signer(salt="hub.hotline.drawn")


def read(request: HttpRequest) -> str:
    """Of the form that was sent; raises BadSignature for one that is not ours."""
    return _DRAWN.unsign(request.POST.get("drawn", ""))


def signed(request: HttpRequest) -> str:
    """For a form that is shown again, its own; else a new one."""
    try:
        read(request)
    except BadSignature:
        return _DRAWN.sign(codes.drawn())
    return request.POST["drawn"]
