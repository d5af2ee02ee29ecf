"""The forms of the practice's own page: its texts and colours, and one picture."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.appointments.forms import LaidOut
from booking.desk.settings.practice import PracticePart, PracticePartForm
from clinic.colours.judging import better_colours
from clinic.colours.palette import OUR_ACCENT, OUR_PAPER, colour_name
from clinic.models import Picture
from clinic.web.uploads import UploadField

OURS = {"accent_colour": OUR_ACCENT, "paper_colour": OUR_PAPER}
# What a browser offers beside every other colour; all of them read on our paper.
PROPOSALS = {
    "accent_colour": (OUR_ACCENT, "#4f6f52", "#2f6b70", "#3a5f8a", "#5b4b8a", "#8a3b5c", "#7a5226", "#3d4248"),
    "paper_colour": (OUR_PAPER, "#f4f5f1", "#f1f5f6", "#f5f4f8", "#f9f3f2", "#fbf5e6", "#f6f6f6"),
}
BRANDING = PracticePart(
    gettext_lazy("Your page"),
    gettext_lazy("What somebody sees who looks for you: pictures, colours, a few words."),
    (
        (gettext_lazy("Words"), ("tagline", "newcomer_text")),
        (gettext_lazy("Map"), ("map_link", ("latitude", "longitude"))),
        (gettext_lazy("Colours"), (("accent_colour", "paper_colour"),)),
    ),
    "booking:desk-settings-branding",
)


class ColourField(forms.CharField):
    """A colour. A browser cannot leave one empty: ours stands for none of one's own."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        attrs = {"type": "color", "class": "form-control-color", "list": f"{name}-proposals"}
        super().__init__(required=False, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.ours = OURS[name]

    def prepare_value(self, value: Any) -> Any:
        """What the page shows."""
        return value or self.ours

    def to_python(self, value: Any) -> str:
        """What was chosen, as it is stored."""
        chosen = str(super().to_python(value) or "").lower()
        return "" if chosen == self.ours else chosen


class BrandingForm(PracticePartForm):
    """Words, map and colours. A colour that does not read is refused, and the nearest that does is offered."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OURS:
            self.fields[name] = ColourField(name, label=self.fields[name].label)
        self.fields["accent_colour"].help_text = _("Dark enough to be read; the dark theme lightens it.")
        self.fields["paper_colour"].help_text = _("A light tint; the dark theme takes its hue.")

    @property
    def proposals(self) -> dict[str, list[tuple[str, str]]]:
        """By field, colours to begin with and their names."""
        return {name: [(each, colour_name(each)) for each in colours] for name, colours in PROPOSALS.items()}

    @property
    def offers(self) -> list[dict[str, str]]:
        """The colours that read, for those that were refused."""
        if not self.is_bound:
            return []
        typed = {name: str(self.data.get(self.add_prefix(name), "")).lower() for name in OURS}
        typed = {name: "" if value == OURS[name] else value for name, value in typed.items()}
        better = better_colours(accent=typed["accent_colour"], paper=typed["paper_colour"])
        return [{"value": f"{name}:{each}", "colour": each, "name": colour_name(each)} for name, each in better.items()]


class PictureForm(LaidOut, forms.Form):
    """A file, and what it shows. Once a picture stands there, the words alone may change."""

    file = UploadField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 10 MB. Where and when it was taken is removed."),
        accept="image/jpeg,image/png,image/webp",
    )
    alternative_text = forms.CharField(
        label=gettext_lazy("What it shows"),
        max_length=160,
        help_text=gettext_lazy("Read aloud to people who cannot see it."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, picture: Picture | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = picture is None
