"""The demo practice's pictures, drawn here: a room by evening light, a mark, and three faces without features."""

import io
import math
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter

from booking.models import Therapist
from clinic.models import PictureKind
from clinic.pictures.slots import Slot, put_picture

Colour = tuple[int, int, int]
Point = tuple[float, float]
WIDE = (1600, 1067)
# Twice as large as they are kept, so that edges come out smooth.
FINE = 2


@dataclass(frozen=True)
class Face:
    """A face by its colours, and the boxes of its hair, behind it and above it."""

    ground: Colour
    skin: Colour
    hair: Colour
    clothes: Colour
    behind: tuple[int, int, int, int]
    above: tuple[int, int, int, int]


FACES = {
    "Mira Feld": Face(
        (214, 221, 208), (233, 196, 168), (92, 64, 48), (79, 111, 82), (136, 80, 344, 356), (148, 80, 336, 190)
    ),
    "Jonas Weber": Face(
        (232, 219, 203), (226, 184, 152), (72, 54, 44), (90, 98, 108), (150, 92, 330, 240), (148, 82, 318, 172)
    ),
    "Tess Okafor": Face(
        (206, 216, 224), (140, 92, 66), (38, 30, 28), (168, 73, 42), (112, 44, 368, 286), (166, 70, 314, 164)
    ),
}


def add_pictures() -> None:
    """Give the practice its logo, its wide photo, and each therapist a portrait."""
    put_picture(Slot(PictureKind.WIDE), as_file(draw_room()), alternative_text="A massage table by a window at dusk")
    put_picture(Slot(PictureKind.LOGO), as_file(draw_mark()), alternative_text="Three stones on each other")
    for therapist in Therapist.objects.all():
        if therapist.name in FACES:
            drawn = as_file(draw_face(FACES[therapist.name]))
            slot = Slot(PictureKind.PORTRAIT, therapist.public_id)
            put_picture(slot, drawn, alternative_text=therapist.name)


def as_file(image: Image.Image) -> bytes:
    """A drawing as it would be sent."""
    outlet = io.BytesIO()
    image.save(outlet, "PNG", compress_level=1)
    return outlet.getvalue()


def shaded(size: tuple[int, int], above: Colour, below: Colour) -> Image.Image:
    """A ground that goes from one colour to another."""
    weight = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), weight)


def glow(image: Image.Image, box: tuple[int, int, int, int], colour: Colour, strength: int, blur: int) -> None:
    """Light on a picture, soft at its edge; `strength` from 0 to 255."""
    mask = Image.new("L", image.size, 0)
    ImageDraw.Draw(mask).ellipse(box, fill=strength)
    image.paste(Image.new("RGB", image.size, colour), mask=mask.filter(ImageFilter.GaussianBlur(blur)))


def draw_room() -> Image.Image:
    """A wall, a window with hills behind it, a table with a towel and stones, a plant."""
    room = shaded(WIDE, (226, 210, 190), (203, 180, 154))
    draw = ImageDraw.Draw(room)
    room.paste(shaded((WIDE[0], 267), (164, 132, 102), (128, 98, 74)), (0, 800))
    draw_window(room)
    glow(room, (180, 640, 1150, 1010), (250, 226, 190), 90, 90)
    draw.ellipse((420, 905, 1330, 985), fill=(112, 86, 66))
    for left in (500, 1215):
        draw.polygon([(left, 760), (left + 34, 760), (left + 26, 945), (left + 8, 945)], fill=(96, 70, 52))
    draw.rounded_rectangle((400, 668, 1350, 772), 46, fill=(238, 231, 220))
    draw.rounded_rectangle((400, 722, 1350, 772), 30, fill=(216, 204, 188))
    draw.rounded_rectangle((430, 628, 640, 690), 32, fill=(247, 243, 236))
    draw.rounded_rectangle((900, 660, 1180, 800), 14, fill=(168, 92, 62))
    draw.rounded_rectangle((900, 660, 1180, 690), 14, fill=(186, 110, 78))
    for middle, base, half, tone in ((760, 668, 62, 74), (762, 632, 48, 98), (758, 604, 33, 128)):
        draw.ellipse((middle - half, base - 40, middle + half, base), fill=(tone, tone - 3, tone - 6))
    draw_plant(draw)
    soft = room.filter(ImageFilter.GaussianBlur(1.4))
    grain = Image.effect_noise(WIDE, 26).convert("RGB")
    return Image.blend(soft, grain, 0.035)


def draw_window(room: Image.Image) -> None:
    """An arched window: dusk, hills, the sun."""
    left, top, right, bottom = 170, 110, 650, 720
    view = shaded((right - left, bottom - top), (246, 214, 178), (222, 154, 116))
    hills = ImageDraw.Draw(view)
    hills.ellipse((250, 250, 370, 370), fill=(252, 236, 208))
    hills.polygon(ridge(view.size, 400, 46, 0.8), fill=(150, 132, 122))
    hills.polygon(ridge(view.size, 470, 34, 2.6), fill=(108, 104, 96))
    arch = Image.new("L", view.size, 0)
    ImageDraw.Draw(arch).rounded_rectangle((0, 0, view.width, view.height + 240), 240, fill=255)
    frame = ImageDraw.Draw(room)
    frame.rounded_rectangle((left - 22, top - 22, right + 22, bottom + 22), 250, fill=(240, 230, 216))
    frame.rectangle((left - 22, (top + bottom) // 2, right + 22, bottom), fill=(240, 230, 216))
    frame.rectangle((left - 40, bottom, right + 40, bottom + 30), fill=(240, 230, 216))
    room.paste(view, (left, top), arch)
    frame.line([((left + right) // 2, top), ((left + right) // 2, bottom)], fill=(240, 230, 216), width=10)


def ridge(size: tuple[int, int], height: int, swing: int, begin: float) -> list[Point]:
    """The outline of hills."""
    top = [(float(x), height - swing * math.sin(begin + x / 90)) for x in range(0, size[0] + 12, 12)]
    return [*top, (float(size[0]), float(size[1])), (0.0, float(size[1]))]


def draw_plant(draw: ImageDraw.ImageDraw) -> None:
    """Leaves in a pot."""
    for number, angle in enumerate((-68, -42, -18, 8, 30, 56)):
        length, turn = 330 - 22 * abs(number - 2), math.radians(angle)
        tip = 1462 + length * math.sin(turn), 800 - length * math.cos(turn)
        side = 44 * math.cos(turn), 44 * math.sin(turn)
        middle = (1462 + tip[0]) / 2, (800 + tip[1]) / 2
        leaf = [(1462.0, 800.0), (middle[0] - side[0], middle[1] - side[1]), tip]
        leaf.append((middle[0] + side[0], middle[1] + side[1]))
        draw.polygon(leaf, fill=(86 + 8 * number, 112 + 6 * number, 84 + 4 * number))
    draw.polygon([(1390, 790), (1534, 790), (1512, 950), (1412, 950)], fill=(176, 104, 74))


def draw_mark() -> Image.Image:
    """Three stones, without a ground, that are seen on light and on dark."""
    side = 320
    mark = Image.new("RGBA", (side * FINE, side * FINE), (0, 0, 0, 0))
    draw = ImageDraw.Draw(mark)
    for box, fill in (
        ((16, 196, 304, 296), (122, 124, 126, 255)),
        ((58, 110, 262, 206), (150, 150, 148, 255)),
        ((106, 40, 214, 122), (190, 98, 66, 255)),
    ):
        draw.ellipse([part * FINE for part in box], fill=fill)
    return mark.resize((side, side), Image.Resampling.LANCZOS)


def draw_face(face: Face) -> Image.Image:
    """Head and shoulders, seen from the front."""
    side = 480
    drawn = shaded((side * FINE, side * FINE), face.ground, in_shade(face.ground))
    draw = ImageDraw.Draw(drawn)

    def oval(box: tuple[int, int, int, int], fill: Colour) -> None:
        draw.ellipse([part * FINE for part in box], fill=fill)

    oval(face.behind, face.hair)
    oval((60, 350, 420, 720), face.clothes)
    draw.rounded_rectangle([part * FINE for part in (208, 290, 272, 396)], 30 * FINE, fill=in_shade(face.skin))
    oval((198, 360, 282, 410), in_shade(face.skin))
    oval((160, 112, 320, 332), face.skin)
    oval(face.above, face.hair)
    small = drawn.resize((side, side), Image.Resampling.LANCZOS)
    return Image.blend(small, Image.effect_noise(small.size, 20).convert("RGB"), 0.03)


def in_shade(colour: Colour) -> Colour:
    """A colour in the shade."""
    red, green, blue = (round(part * 0.88) for part in colour)
    return red, green, blue
