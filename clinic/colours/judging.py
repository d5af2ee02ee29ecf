"""Whether the colours that somebody chose can be read, and in words what can be read instead."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clinic.colours.contrast import HEX
from clinic.colours.palette import colour_name, nearest_accent, nearest_paper


def check_colour(value: str) -> None:
    """Accept only a colour such as `#a8492a`."""
    if not HEX.fullmatch(value):
        raise ValidationError(_("A colour is # and six of 0 to 9 and a to f, for example #a8492a."))


def better_colours(*, accent: str, paper: str) -> dict[str, str]:
    """For each colour that does not read, the nearest that does, by the name of its column. An empty one is ours."""
    better: dict[str, str] = {}
    if not HEX.fullmatch(paper):
        paper = ""
    if paper and (found := nearest_paper(paper)) != paper:
        better["paper_colour"] = paper = found
    if HEX.fullmatch(accent) and (found := nearest_accent(accent, paper)) != accent:
        better["accent_colour"] = found
    return better


def colour_problems(*, accent: str, paper: str) -> dict[str, ValidationError]:
    """Why colours are refused, with the name and number of the ones that read."""
    said = {
        "paper_colour": _("Words are hard to read on this paper. On this one they read: %(name)s, %(colour)s."),
        "accent_colour": _("This is too light to read on paper. This one reads: %(name)s, %(colour)s."),
    }
    better = better_colours(accent=accent, paper=paper)
    return {
        name: ValidationError(said[name], code="unreadable", params={"name": colour_name(colour), "colour": colour})
        for name, colour in better.items()
    }
