"""Papers that people upload, good and hostile, made anew by each test."""

import io
import zipfile

from fpdf import FPDF
from PIL import Image

from demo.paper import DOCUMENTS, png

PAPER = png(DOCUMENTS["residence"])
GPS = 0x8825


def photo(form: str = "JPEG", **options: object) -> bytes:
    """A photo of the paper."""
    return encoded(Image.open(io.BytesIO(PAPER)).convert("RGB"), form, **options)


def located() -> bytes:
    """A photo that says where it was taken and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Invented Phone"
    exif.get_ifd(GPS)[2] = (27.0, 31.0, 12.0)
    exif.get_ifd(GPS)[4] = (120.0, 24.0, 9.0)
    return photo(exif=exif.tobytes())


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def plain(width: int, height: int, form: str) -> bytes:
    """A picture of nothing."""
    return encoded(Image.new("RGB", (width, height), "white"), form)


def scan(pages: int = 1, *, blank: int | None = None) -> bytes:
    """A PDF of scanned pages; that one is empty."""
    paper = Image.open(io.BytesIO(PAPER)).convert("RGB")
    empty = Image.new("RGB", paper.size, "white")
    made = [empty if number == blank else paper for number in range(1, pages + 1)]
    return encoded(made[0], "PDF", resolution=150, save_all=True, append_images=made[1:])


def many(pages: int) -> bytes:
    """A small PDF of so many empty pages."""
    pdf = FPDF(format="A4")
    for _ in range(pages):
        pdf.add_page()
    return bytes(pdf.output())


def written(*, password: str = "", script: str = "") -> bytes:
    """A PDF with text, perhaps locked, perhaps with JavaScript."""
    pdf = FPDF(format="A4")
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password)
    pdf.add_page()
    pdf.set_font("helvetica", size=14)
    pdf.set_y(90)
    pdf.multi_cell(0, 8, "Certificate of residence, invented for a demonstration. " * 8)
    data = bytes(pdf.output())
    if not script:
        return data
    action = f"/OpenAction<</S/JavaScript/JS({script})>>/Type /Catalog"
    return data.replace(b"/Type /Catalog", action.encode())


def packed(**parts: bytes) -> bytes:
    """A zip file with these parts; __ stands for a stroke, _ for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def bomb() -> bytes:
    """A Word file of a few hundred kilobytes that is 200 MB inside."""
    return packed(word__document_xml=bytes(200 << 20))


def vast() -> bytes:
    """A PNG of a few kilobytes with 400 million pixels."""
    return encoded(Image.new("1", (20_000, 20_000), 1), "PNG")
