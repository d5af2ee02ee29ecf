"""Pictures as people send them, and as those send them who mean harm."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, TiffImagePlugin
from PIL.ExifTags import GPS, IFD, Base


def written(image: Image.Image, format_name: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file."""
    outlet = io.BytesIO()
    image.save(outlet, format_name, **options)
    return outlet.getvalue()


def gradient(width: int = 1000, height: int = 600, mode: str = "RGB") -> Image.Image:
    """A picture that is no single colour."""
    return Image.linear_gradient("L").resize((width, height)).convert(mode)


def jpeg(width: int = 1000, height: int = 600, **options: Any) -> bytes:
    """A photo."""
    return written(gradient(width, height), **options)


def png(width: int = 1000, height: int = 600) -> bytes:
    """A drawing."""
    return written(gradient(width, height), "PNG")


def with_place(width: int = 1000, height: int = 600) -> bytes:
    """A photo that says where it was taken, by whom, and that it lies on its side."""
    exif = Image.Exif()
    exif[Base.Make] = "Spycam"
    exif[Base.Orientation] = 6
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = tuple(TiffImagePlugin.IFDRational(each) for each in (52, 30, 1))
    return jpeg(width, height, exif=exif, comment=b"Spycam comment")


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of some kilobytes that would fill gigabytes."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A PNG with a note that unpacks to a hundred megabytes."""
    whole = png()
    note = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 100_000_000, 9))
    return whole[:33] + note + whole[33:]


def with_much_said() -> bytes:
    """A photo with a megabyte of notes before its first point."""
    whole = jpeg()
    said = b"".join(b"\xff\xe1" + struct.pack(">H", 65_535) + b"M" * 65_533 for _each in range(16))
    return whole[:2] + said + whole[2:]


def with_a_zip_behind() -> bytes:
    """A photo that is an archive too, and a page."""
    outlet = io.BytesIO()
    with zipfile.ZipFile(outlet, "w") as archive:
        archive.writestr("run.html", "<script>alert(1)</script>")
    return jpeg() + b"<html><script>alert(1)</script></html>" + outlet.getvalue()


def moving(format_name: str) -> bytes:
    """A picture of two that take turns."""
    return written(gradient(), format_name, save_all=True, append_images=[gradient().rotate(180)], duration=100)


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
