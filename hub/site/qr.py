"""An address as a QR code for screens and paper. Calls only segno."""

from io import BytesIO

import segno


def svg(address: str) -> bytes:
    """The picture."""
    drawn = BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=6, border=4, xmldecl=False)
    return drawn.getvalue()
