"""From the bytes that somebody sent to the few files that browsers are given. Pure: no rows, no request.

What comes is believed in nothing: its kind is read from its content, its measures before a point is decoded, and what
goes out is painted anew, so that nothing that a camera or a stranger wrote into it goes with it.
"""

import hashlib
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps

from clinic.errors import Refusal
from clinic.pictures.models import PictureFile, PictureKind
from clinic.web.uploads import LARGEST_FILE

# A plain JPEG is decoded no larger than it is needed. Whatever must be unpacked whole takes up to 18 bytes a point.
MOST_POINTS = {"JPEG": 40_000_000, "PNG": 16_000_000, "WEBP": 12_500_000}
MOST_PROGRESSIVE = 24_000_000
LONGEST_RATIO = 8
DIGEST_LETTERS = 24
WEBP_QUALITY, JPEG_QUALITY = 80, 82
STARTS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
# Whatever Pillow makes of a broken file; MemoryError and the like are no answer to a file and go on.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, OverflowError, struct.error, zlib.error)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True)
class Sizes:
    """What is made of a kind: widths for pages, the width of the fallback, and what is too small to begin with."""

    widths: tuple[int, ...]
    fallback: int
    least: tuple[int, int]
    square: bool = False
    keeps_transparency: bool = False
    icons: tuple[int, ...] = ()


SIZES = {
    PictureKind.WIDE: Sizes((480, 800, 1200, 1800), 1200, (800, 300)),
    PictureKind.PORTRAIT: Sizes((160, 320, 640), 320, (160, 160), square=True),
    PictureKind.LOGO: Sizes((96, 192, 384), 192, (48, 24), keeps_transparency=True, icons=(48, 180)),
}
# A face stands above the middle of most portraits.
PORTRAIT_CENTRE = (0.5, 0.35)


@dataclass(frozen=True)
class MadeFile:
    """One file for browsers. `stem` is its name without the picture's digest."""

    stem: str
    role: PictureFile.Role
    media_type: str
    width: int
    height: int
    content: bytes


def refusal(why: str, code: str) -> Refusal:
    """A no to a file, beside the field that sent it."""
    return Refusal(why, code=code, field="file")


def kind_of_file(content: bytes) -> str:
    """`JPEG`, `PNG` or `WEBP`, by how the content begins. Raises Refusal that says what to send instead."""
    for start, name in STARTS.items():
        if content.startswith(start):
            return name
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "WEBP"
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml", b"<!--", b"<!doctype svg")):
        raise refusal(_("An SVG can carry a program. Please save it as PNG and send that."), "svg")
    if content.startswith(b"GIF8"):
        raise refusal(_("A GIF is not taken. Please save it as PNG or JPEG and send that."), "gif")
    if content[4:8] == b"ftyp":
        raise refusal(
            _("This kind of photo (HEIC or AVIF) is not taken. Please save it as JPEG and send that."), "heic"
        )
    raise refusal(_("Please choose a photo or drawing as JPEG, PNG or WebP."), "not_a_picture")


def make_files(content: bytes, kind: PictureKind) -> tuple[str, list[MadeFile]]:
    """The digest of a picture and its files.

    Raises Refusal beside the field `file`, with a code: `empty`, `too_large` (10 MB), `svg`, `gif`, `heic`,
    `not_a_picture`, `too_many_points` (MOST_POINTS), `too_small`, `too_long`, `animated`, `broken`.
    """
    image = prepared(content, kind)
    made = list(paint(image, kind))
    digest = hashlib.sha256(kind.encode() + b"".join(each.content for each in made)).hexdigest()
    return digest[:DIGEST_LETTERS], made


def prepared(content: bytes, kind: PictureKind) -> Image.Image:
    """The picture upright, in the colours of screens, no larger than needed. Raises Refusal as `make_files`."""
    if not content:
        raise refusal(_("This file is empty. Please choose another."), "empty")
    if len(content) > LARGEST_FILE:
        raise refusal(_("This file is larger than 10 MB. Please send a smaller one."), "too_large")
    format_name = kind_of_file(content)
    try:
        with Image.open(io.BytesIO(content), formats=[format_name]) as opened:
            check_measures(opened, kind, format_name)
            longest = max(SIZES[kind].widths)
            opened.draft(None, (longest, longest))  # a JPEG is decoded no larger than it is needed
            opened.load()
            return repainted(opened, kind)
    except BOMBS:
        raise too_many_points(MOST_POINTS[format_name]) from None
    except BROKEN:
        raise refusal(_("This file is damaged. Please open it, save it anew and send that."), "broken") from None


def too_many_points(most: int) -> Refusal:
    """The answer to a picture that would fill the memory: one of its kind has so many points at most."""
    said = _("A picture of this kind has at most %(number)s megapixels. Please send a smaller one, or a plain JPEG.")
    return refusal(said % {"number": f"{most / 1_000_000:g}"}, "too_many_points")


def check_measures(opened: Image.Image, kind: PictureKind, format_name: str) -> None:
    """Judge a picture by its head, before it is decoded. Raises Refusal."""
    width, height = opened.size
    most = MOST_PROGRESSIVE if opened.info.get("progressive") else MOST_POINTS[format_name]
    if width * height > most:
        raise too_many_points(most)
    # A JPEG of several is a photo with a second view for other devices; the first is the photo.
    if format_name != "JPEG" and getattr(opened, "n_frames", 1) > 1:
        raise refusal(_("Pictures that move are not taken. Please send one that stands still."), "animated")
    sides = sorted((width, height))
    if sides[1] > sides[0] * LONGEST_RATIO:
        raise refusal(_("This picture is too long and narrow. Please cut it and send that."), "too_long")
    least = SIZES[kind].least
    if sides[1] < max(least) or sides[0] < min(least):
        said = _("This picture is too small: at least %(width)d by %(height)d points are needed.")
        raise refusal(said % {"width": least[0], "height": least[1]}, "too_small")


def repainted(opened: Image.Image, kind: PictureKind) -> Image.Image:
    """Upright, 8 bits a channel, sRGB; transparent where the kind may be, else on white."""
    has_alpha = "A" in opened.getbands() or "transparency" in opened.info
    image: Image.Image = opened
    if image.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.mode in ("1", "P", "PA"):  # a palette has no shades between its colours
        image = image.convert("RGBA" if has_alpha else "RGB")
    # What is done to every point is done to as few as are needed.
    most = max(SIZES[kind].widths) * (4 if SIZES[kind].square else 3) // 2
    image.thumbnail((most, most), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image = upright(image)
    profile = opened.info.get("icc_profile")
    image = image.convert("RGBA") if has_alpha else in_screen_colours(image, profile)
    if has_alpha and not SIZES[kind].keeps_transparency:
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    image.info = {}
    return image


def upright(image: Image.Image) -> Image.Image:
    """As it was held when it was taken; one whose notes about that are broken stays as it lies."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def in_screen_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """A picture without transparency in sRGB, by the profile that it brought; without one as it is."""
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            changed = ImageCms.profileToProfile(image, theirs, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, *BROKEN):
            changed = None
        if changed is not None:
            return changed
    return image.convert("RGB")


def paint(image: Image.Image, kind: PictureKind) -> Iterator[MadeFile]:
    """Each file that browsers are given of a picture, from small to large; never larger than it came."""
    sizes = SIZES[kind]
    if sizes.square:
        side = min(*image.size, max(sizes.widths))
        image = ImageOps.fit(image, (side, side), centering=PORTRAIT_CENTRE)
    widest = min(image.width, max(sizes.widths))
    for width in [*(each for each in sizes.widths if each < widest), widest]:
        yield in_width(image, width, PictureFile.Role.PAGE, "WEBP")
    fallback = min(sizes.fallback, image.width)
    yield in_width(image, fallback, PictureFile.Role.FALLBACK, "PNG" if sizes.keeps_transparency else "JPEG")
    for side in sizes.icons:
        yield icon(image, side)


def in_width(image: Image.Image, width: int, role: PictureFile.Role, format_name: str) -> MadeFile:
    """The picture in a width, its height in proportion."""
    height = max(1, round(image.height * width / image.width))
    small = image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return made_file(small, str(width), role, format_name)


def icon(image: Image.Image, side: int) -> MadeFile:
    """The whole picture in a square; a large one, which telephones put on a ground of theirs, on white."""
    ground = Image.new("RGBA", (side, side), "white" if side > 100 else (0, 0, 0, 0))
    small = ImageOps.contain(image.convert("RGBA"), (side, side))
    ground.alpha_composite(small, ((side - small.width) // 2, (side - small.height) // 2))
    return made_file(ground, f"icon-{side}", PictureFile.Role.ICON, "PNG")


def made_file(image: Image.Image, stem: str, role: PictureFile.Role, format_name: str) -> MadeFile:
    """The file of a picture in its last size."""
    outlet = io.BytesIO()
    options: dict[str, dict[str, Any]] = {
        "WEBP": {"quality": WEBP_QUALITY, "method": 4},
        "JPEG": {"quality": JPEG_QUALITY, "optimize": True, "progressive": True},
        "PNG": {"optimize": True},
    }
    image.save(outlet, format_name, **options[format_name])
    ending = {"WEBP": "webp", "JPEG": "jpg", "PNG": "png"}[format_name]
    media_type = f"image/{format_name.lower()}"
    return MadeFile(f"{stem}.{ending}", role, media_type, image.width, image.height, outlet.getvalue())
