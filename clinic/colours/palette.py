"""The tokens that follow from a practice's colours, in both themes, and the nearest colours that read well.

The accent is the colour of buttons and links; the paper is the ground. Both are chosen for the light theme; the dark
one keeps their hue and takes the lightness of our own dark tokens, so that it reads whatever was chosen.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.utils.translation import gettext as _

from clinic.colours.contrast import Shade, contrast

# As in css/tokens.css; a test keeps them alike.
OUR_ACCENT, OUR_PAPER = "#a8492a", "#f7f4ef"
OUR_DARK_PAPER = "#1c1a18"
TEXT, PART = 4.5, 3.0  # WCAG 2.2: SC 1.4.3 for text, SC 1.4.11 for edges of controls
TEXTS_ON_PAPER = {
    "light": ("#2a2926", "#5f594f", "#3d4248", "#4f6f52", "#7d5407", "#8e2323"),
    "dark": ("#ece5da", "#bcb2a4", "#c5cbd1", "#9fc3a0", "#e6b95f", "#f19a92"),
}
INKS = {"light": ("#2a2926", "#5f594f"), "dark": ("#ece5da", "#bcb2a4")}
EDGES = {"light": "#857b6d", "dark": "#8f8678"}
SKINS = {"light": "#e9dccd", "dark": "#4a413a"}
STEP = 0.004
DIGEST_LETTERS = 24

Tokens = dict[str, str]


@dataclass(frozen=True)
class Palette:
    """A practice's colours; empty where it keeps ours."""

    accent: str = ""
    paper: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.accent or self.paper)

    @cached_property
    def light(self) -> Tokens:
        """The tokens of the light theme."""
        return {**paper_tokens(self.paper or OUR_PAPER), **accent_tokens(self.accent or OUR_ACCENT)}

    @cached_property
    def dark(self) -> Tokens:
        """The tokens of the dark theme."""
        papers = dark_paper_tokens(self.paper or OUR_PAPER)
        return {**papers, **dark_accent_tokens(self.accent or OUR_ACCENT, papers)}

    @cached_property
    def in_mails(self) -> Tokens:
        """The tokens of both themes under names that the templates of mails can say: `on_ember`, `dark_on_ember`."""
        both = {**self.light, **{f"dark_{name}": value for name, value in self.dark.items()}}
        return {name.replace("-", "_"): value for name, value in both.items()}

    @cached_property
    def style_sheet(self) -> str:
        """The rules that set them, in the order of css/tokens.css."""
        light, dark = as_rules(self.light), as_rules(self.dark)
        return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"

    @cached_property
    def digest(self) -> str:
        """What stands for the style sheet in its address."""
        return hashlib.sha256(self.style_sheet.encode()).hexdigest()[:DIGEST_LETTERS]


@lru_cache(maxsize=8)
def palette_of(accent: str, paper: str) -> Palette:
    """The palette of two colours; its style sheet is made once, though every page asks for its name."""
    return Palette(accent, paper)


def as_rules(tokens: Tokens) -> str:
    """Tokens as they stand in a rule."""
    return "".join(f"--ws-{name}:{value};" for name, value in tokens.items())


def paper_tokens(paper: str) -> Tokens:
    """The grounds of the light theme: the paper, what lies on it, what is sunk into it, hairlines."""
    if paper == OUR_PAPER:
        return {"paper": paper, "surface": "#fffdfa", "sunk": "#eee9e1", "line": "#ddd5c8"}
    shade = Shade.of(paper)
    return {
        "paper": paper,
        "surface": shade.but(lightness=max(0.993, shade.lightness), most_chroma=0.005).hex,
        "sunk": shade.but(lightness=shade.lightness - 0.033, most_chroma=0.03).hex,
        "line": shade.but(lightness=shade.lightness - 0.095, most_chroma=0.03).hex,
    }


def accent_tokens(accent: str) -> Tokens:
    """What the accent colours in the light theme: itself, under the pointer, the words on it, its tint."""
    shade = Shade.of(accent)
    deeper = shade.lightness - 0.08 if shade.lightness > 0.3 else shade.lightness + 0.08
    return {
        "ember": accent,
        "ember-deep": shade.but(lightness=deeper).hex,
        "on-ember": shade.but(lightness=0.99, most_chroma=0.008).hex,
        "ember-tint": shade.but(lightness=0.94, most_chroma=0.025).hex,
    }


def dark_paper_tokens(paper: str) -> Tokens:
    """The grounds of the dark theme, in the paper's hue."""
    if paper == OUR_PAPER:
        return {"paper": OUR_DARK_PAPER, "surface": "#262320", "sunk": "#151412", "line": "#3f3a34"}
    shade = Shade.of(paper)
    steps = {"paper": 0.218, "surface": 0.257, "sunk": 0.19, "line": 0.35}
    return {name: shade.but(lightness=lightness, most_chroma=0.012).hex for name, lightness in steps.items()}


def dark_accent_tokens(accent: str, papers: Tokens) -> Tokens:
    """What the accent colours in the dark theme: as light as it must be to read."""
    shade = Shade.of(accent)
    tint = shade.but(lightness=0.31, most_chroma=0.045).hex
    words = shade.but(lightness=0.19, most_chroma=0.04).hex
    lightness = 0.74
    while True:
        ember = shade.but(lightness=lightness, most_chroma=0.13).hex
        tokens = {
            "ember": ember,
            "ember-deep": shade.but(lightness=lightness + 0.06, most_chroma=0.11).hex,
            "on-ember": words,
            "ember-tint": tint,
        }
        if lightness >= 0.95 or accent_reads(tokens, papers, "dark"):
            return tokens
        lightness += STEP


def accent_reads(tokens: Tokens, papers: Tokens, theme: str) -> bool:
    """Whether words in the accent read on every ground, those on it too, and what stands on its tint."""
    grounds = [papers[name] for name in ("paper", "surface", "sunk")]
    accents = [tokens["ember"], tokens["ember-deep"]]
    pairs = [(text, ground) for text in accents for ground in grounds]
    pairs += [(tokens["on-ember"], ground) for ground in accents]
    pairs += [(text, tokens["ember-tint"]) for text in (*INKS[theme], tokens["ember"])]
    return all(contrast(*pair) >= TEXT for pair in pairs) and contrast(tokens["ember"], SKINS[theme]) >= PART


def paper_reads(papers: Tokens, theme: str) -> bool:
    """Whether every colour of text reads on these grounds, and edges of controls are seen."""
    grounds = [papers[name] for name in ("paper", "surface", "sunk")]
    return all(contrast(text, ground) >= TEXT for text in TEXTS_ON_PAPER[theme] for ground in grounds) and all(
        contrast(EDGES[theme], ground) >= PART for ground in grounds
    )


def nearest_paper(paper: str) -> str:
    """The colour itself where everything reads on it, else the nearest lighter one of its hue on which it does."""
    return nearest(paper, upwards=True, reads=lambda each: paper_reads(paper_tokens(each), "light"))


def nearest_accent(accent: str, paper: str = "") -> str:
    """The colour itself where it reads on the paper, else the nearest darker one of its hue that does."""
    papers = paper_tokens(paper or OUR_PAPER)
    return nearest(accent, upwards=False, reads=lambda each: accent_reads(accent_tokens(each), papers, "light"))


def nearest(colour: str, *, upwards: bool, reads: Callable[[str], bool]) -> str:
    """The first of a row of ever lighter, or ever darker, shades that reads; white or black at its end."""
    if reads(colour):
        return colour
    shade = Shade.of(colour)
    lightness = shade.lightness
    while 0 < lightness < 1:
        lightness += STEP if upwards else -STEP
        # Near white and near black a screen has little chroma, and a strong tint would not read as paper.
        found = shade.but(lightness=lightness, most_chroma=0.02 if upwards else 1.0).hex
        if reads(found):
            return found
    return "#ffffff" if upwards else "#000000"


def colour_name(colour: str) -> str:
    """What people call a colour, roughly: `dark green`."""
    shade = Shade.of(colour)
    if shade.chroma < 0.025:
        return next(name for limit, name in greys() if shade.lightness <= limit)
    name = next(name for limit, name in hues() if shade.hue <= limit)
    if shade.lightness < 0.5:
        return _("dark %(colour)s") % {"colour": name}
    return _("light %(colour)s") % {"colour": name} if shade.lightness > 0.78 else name


def greys() -> tuple[tuple[float, str], ...]:
    """Colours without a hue, each up to a lightness."""
    return (0.2, _("black")), (0.5, _("dark grey")), (0.78, _("grey")), (0.97, _("light grey")), (2, _("white"))


def hues() -> tuple[tuple[float, str], ...]:
    """Names of hues, each up to so many degrees."""
    return (
        *((12, _("pink")), (40, _("red")), (70, _("orange")), (112, _("yellow")), (165, _("green"))),
        *((215, _("teal")), (278, _("blue")), (312, _("violet")), (345, _("purple")), (361, _("pink"))),
    )
