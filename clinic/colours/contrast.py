"""Colours as numbers: contrast as WCAG 2.2 defines it, and OKLCH, in which a colour is lightened without changing.

The matrices of OKLab are those of Björn Ottosson (https://bottosson.github.io/posts/oklab/).
"""

import math
import re
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-f]{6}")
STEPS_OF_CHROMA = 40


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of #rrggbb as shares of light, 0 to 1. Raises ValueError for what is no such colour."""
    if not HEX.fullmatch(colour):
        raise ValueError(colour)
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, 0 to 1 (WCAG 2.2)."""
    red, green, blue = channels(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True)
class Shade:
    """A colour by its lightness (0 to 1), chroma (0 is grey) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float

    @classmethod
    def of(cls, colour: str) -> "Shade":
        """The shade of #rrggbb."""
        red, green, blue = channels(colour)
        long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
        medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
        short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
        lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
        a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
        b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
        return cls(lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    def but(self, *, lightness: float, most_chroma: float = 1.0) -> "Shade":
        """The same hue in another lightness, and in no more than some chroma."""
        return Shade(min(1.0, max(0.0, lightness)), min(self.chroma, most_chroma), self.hue)

    @property
    def hex(self) -> str:
        """#rrggbb; in less chroma where a screen has no such colour."""
        for step in range(STEPS_OF_CHROMA):
            light = self.light(self.chroma * (1 - step / STEPS_OF_CHROMA))
            if all(-0.0001 <= part <= 1.0001 for part in light):
                return as_hex(light)
        return as_hex(self.light(0))

    def light(self, chroma: float) -> tuple[float, float, float]:
        """Shares of red, green and blue light; outside 0 to 1 where a screen has no such colour."""
        a, b = chroma * math.cos(math.radians(self.hue)), chroma * math.sin(math.radians(self.hue))
        long = (self.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
        medium = (self.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
        short = (self.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
        return (
            4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
            -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
            -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
        )


def as_hex(light: tuple[float, float, float]) -> str:
    """#rrggbb of shares of light, those outside 0 to 1 cut off."""
    parts = [min(1.0, max(0.0, part)) for part in light]
    written = [part * 12.92 if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in parts]
    return "#" + "".join(f"{round(part * 255):02x}" for part in written)
