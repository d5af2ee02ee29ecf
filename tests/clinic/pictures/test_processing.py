"""What is made of a picture that was sent, and what is not taken."""

import io
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from clinic.errors import Refusal
from clinic.models import PictureFile, PictureKind
from clinic.pictures.processing import MadeFile, make_files
from tests.clinic.pictures import images

PAGE, FALLBACK, ICON = PictureFile.Role.PAGE, PictureFile.Role.FALLBACK, PictureFile.Role.ICON


def made(content: bytes, kind: PictureKind = PictureKind.WIDE) -> list[MadeFile]:
    """The files of a picture."""
    return make_files(content, kind)[1]


def opened(file: MadeFile) -> Image.Image:
    """A file, as a browser reads it."""
    return Image.open(io.BytesIO(file.content))


def refused(content: bytes, kind: PictureKind = PictureKind.WIDE) -> str:
    """The code with which a file is refused."""
    with pytest.raises(Refusal) as no:
        make_files(content, kind)
    assert no.value.field == "file"
    assert no.value.message
    return no.value.code


def test_a_wide_photo_is_made_in_sizes_for_phone_and_desktop_and_never_larger_than_it_came() -> None:
    files = made(images.jpeg(1500, 900))
    assert [(each.width, each.height) for each in files if each.role == PAGE] == [
        (480, 288),
        (800, 480),
        (1200, 720),
        (1500, 900),
    ]
    (fallback,) = [each for each in files if each.role == FALLBACK]
    assert (fallback.media_type, fallback.width) == ("image/jpeg", 1200)
    for each in files:
        assert opened(each).size == (each.width, each.height)
        assert Image.MIME[opened(each).format or ""] == each.media_type


def test_a_portrait_is_cut_to_a_square() -> None:
    files = made(images.jpeg(900, 1600), PictureKind.PORTRAIT)
    assert [(each.width, each.height) for each in files if each.role == PAGE] == [(160, 160), (320, 320), (640, 640)]


def test_a_logo_keeps_its_transparency_and_gives_icons() -> None:
    logo = Image.new("RGBA", (400, 200), (0, 0, 0, 0))
    logo.paste((168, 73, 42, 255), (100, 50, 300, 150))
    files = made(images.written(logo, "PNG"), PictureKind.LOGO)
    for each in files:
        if each.role == PAGE:
            assert opened(each).convert("RGBA").getchannel("A").getpixel((0, 0)) == 0
    icons = [each for each in files if each.role == ICON]
    assert [(each.width, each.height, each.media_type) for each in icons] == [
        (48, 48, "image/png"),
        (180, 180, "image/png"),
    ]


def test_the_same_picture_has_the_same_digest_and_another_one_another() -> None:
    assert make_files(images.png(), PictureKind.WIDE)[0] == make_files(images.png(), PictureKind.WIDE)[0]
    assert make_files(images.png(), PictureKind.WIDE)[0] != make_files(images.png(1001), PictureKind.WIDE)[0]


def test_what_a_camera_wrote_is_gone_and_the_photo_stands_upright() -> None:
    sent = images.with_place()
    assert b"Spycam" in sent
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    for each in made(sent):
        assert b"Spycam" not in each.content
        assert b"Exif" not in each.content
        shown = opened(each)
        assert not shown.getexif()
        assert "icc_profile" not in shown.info
        assert "comment" not in shown.info
        assert each.height > each.width  # sent 1000 wide and 600 high, on its side


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP"])
def test_a_colour_profile_is_applied_and_not_kept(format_name: str) -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for each in made(images.written(images.gradient(), format_name, icc_profile=profile)):
        assert "icc_profile" not in opened(each).info


def test_a_broken_colour_profile_is_no_reason_to_refuse() -> None:
    assert made(images.jpeg(icc_profile=b"no profile" * 20))


@pytest.mark.parametrize(
    ("mode", "format_name"),
    [("CMYK", "JPEG"), ("L", "JPEG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("1", "PNG"), ("P", "PNG")],
)
def test_every_way_of_writing_colours_is_taken(mode: str, format_name: str) -> None:
    for each in made(images.written(images.gradient(mode=mode), format_name), PictureKind.LOGO):
        assert opened(each).mode in {"RGB", "RGBA"}


def test_sixteen_bits_of_grey_keep_their_shades() -> None:
    deep = images.gradient(mode="I").point(lambda value: value * 257).convert("I;16")
    (fallback,) = [each for each in made(images.written(deep, "PNG")) if each.role == FALLBACK]
    shades = opened(fallback).convert("L").histogram()
    assert sum(shades[:12]) > 0
    assert sum(shades[244:]) > 0
    assert sum(1 for each in shades if each) > 100


def test_a_palette_with_a_hole_stands_on_white_where_nothing_may_be_transparent() -> None:
    drawn = images.gradient(mode="P")
    drawn.paste(0, (0, 0, 500, 600))
    sent = images.written(drawn, "PNG", transparency=0)
    (fallback,) = [each for each in made(sent) if each.role == FALLBACK]
    assert opened(fallback).getpixel((10, 10)) == (255, 255, 255)


def test_a_photo_of_two_views_gives_the_first() -> None:
    two = images.written(images.gradient(), "MPO", save_all=True, append_images=[images.gradient(300, 200)])
    assert max(each.width for each in made(two)) == 1000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "too_large"),
        (images.SVG, "svg"),
        (b"\n <svg onload=alert(1)>", "svg"),
        (lambda: images.moving("GIF"), "gif"),
        (lambda: images.moving("PNG"), "animated"),
        (lambda: images.moving("WEBP"), "animated"),
        (b"\0\0\0 ftypheic" + b"\0" * 100, "heic"),
        (b"%PDF-1.7", "not_a_picture"),
        (b"<html><script>", "not_a_picture"),
        (b"MZ" + b"\0" * 500, "not_a_picture"),
        (lambda: images.written(images.gradient(), "BMP"), "not_a_picture"),
        (lambda: images.written(images.gradient(), "TIFF"), "not_a_picture"),
        (lambda: images.jpeg()[:3000], "broken"),
        (lambda: images.png()[:600], "broken"),
        (b"\xff\xd8\xff" + b"<script>alert(1)</script>" * 20, "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "broken"),
        (images.text_bomb, "broken"),
        (lambda: images.png(1, 1), "too_small"),
        (lambda: images.png(799, 400), "too_small"),
        (lambda: images.png(1, 20_000), "too_long"),
        (images.bomb, "too_many_points"),
        (lambda: images.bomb(4100, 4000), "too_many_points"),
        (lambda: images.written(Image.new("RGB", (4100, 3100)), "WEBP"), "too_many_points"),
        (lambda: images.written(Image.new("L", (6000, 4100)), progressive=True), "too_many_points"),
        (lambda: images.written(Image.new("L", (8000, 5100))), "too_many_points"),
        (lambda: images.bomb(11_000, 11_000), "too_many_points"),
    ],
)
def test_what_is_no_picture_for_a_page_is_refused_with_the_reason(
    content: bytes | Callable[[], bytes], code: str
) -> None:
    """What is drawn for it is drawn by the test that runs, and not by each process that only looks for tests."""
    assert refused(content() if callable(content) else content) == code


def test_the_photos_of_phones_and_cameras_are_taken() -> None:
    assert make_files(images.written(Image.new("L", (7700, 5100))), PictureKind.LOGO)
    assert make_files(images.written(Image.new("L", (6000, 3900)), progressive=True), PictureKind.LOGO)
    assert make_files(images.written(Image.new("L", (4032, 3024)), "WEBP"), PictureKind.LOGO)
    assert make_files(images.written(Image.new("L", (3840, 2160)), "PNG"), PictureKind.LOGO)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    content = images.bomb()
    assert len(content) < 2000
    tracemalloc.start()
    try:
        assert refused(content) == "too_many_points"
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("sent", [images.with_a_zip_behind(), images.with_much_said()])
def test_what_hangs_on_a_photo_does_not_come_along(sent: bytes) -> None:
    for each in made(sent):
        assert b"<script>" not in each.content
        assert b"PK\x03\x04" not in each.content
        assert b"MMMMMMMM" not in each.content
        assert len(each.content) < 200_000


SEEDS = [
    images.jpeg(900, 400),
    images.png(900, 400),
    images.written(images.gradient(900, 400), "WEBP"),
    images.with_place(),
]


# Pillow warns of notes that it cannot read, and passes them over.
BROKEN_NOTES = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


@BROKEN_NOTES
def test_a_photo_with_broken_notes_is_taken_as_it_lies() -> None:
    content = bytearray(images.with_place())
    content[34] = 1
    assert made(bytes(content))


@BROKEN_NOTES
@settings(max_examples=60, deadline=None)
@given(
    seed=st.sampled_from(SEEDS),
    bytes_changed=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12),
    cut=st.integers(20, 6000),
)
def test_a_damaged_file_is_taken_or_refused_and_never_a_fault(
    seed: bytes, bytes_changed: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray(seed[:cut])
    for place, value in bytes_changed:
        content[place % len(content)] = value
    try:
        files = made(bytes(content))
    except Refusal:
        return
    assert all(opened(each).size == (each.width, each.height) for each in files)
