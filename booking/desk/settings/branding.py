"""The practice's own page: its words and colours, and a page for each of its pictures."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.appointments.forms import LaidOut
from booking.desk.settings.frame import confirms_conflicts, log_edit, page_after_saving, status_of
from booking.desk.settings.practice import PracticePart, PracticePartForm, save_part
from booking.models import Therapist
from clinic.colours.judging import better_colours
from clinic.colours.palette import OUR_ACCENT, OUR_PAPER, colour_name
from clinic.models import Picture, PictureKind, Practice
from clinic.pictures import slots
from clinic.pictures.processing import PORTRAIT_CENTRE
from clinic.pictures.shown import ShownPicture, ShownPictures, current_pictures
from clinic.web.http import StaffRequest, redirect_saying, refusals_in
from clinic.web.post_only import post_only
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


@dataclass(frozen=True)
class Place:
    """A place for a picture: what it is called, what it should be like, and whose page it belongs to."""

    slot: slots.Slot
    title: str
    advice: str
    row: Model
    """In whose history a change is noted."""
    usual_text: str = ""

    @property
    def is_portrait(self) -> bool:
        """Whether it shows one of the team."""
        return self.slot.kind == PictureKind.PORTRAIT

    @property
    def square_centre(self) -> str:
        """Around which part of its height, from 0 to 1, it is cut to a square, for a script; 0 where it is not cut."""
        return str(PORTRAIT_CENTRE[1] if self.is_portrait else 0)

    def shown(self, pictures: ShownPictures) -> ShownPicture | None:
        """What stands here."""
        if self.slot.subject:
            return pictures.portraits.get(self.slot.subject)
        return pictures.logo if self.slot.kind == PictureKind.LOGO else pictures.wide


def fixed_place(kind: PictureKind, practice: Practice) -> Place:
    """The place of the logo or of the wide photo."""
    if kind == PictureKind.LOGO:
        advice = _("Best a PNG without a ground. Stands beside your name on every page, and small in browser tabs.")
        return Place(slots.Slot(kind), _("Logo"), advice, practice, practice.name)
    advice = _("Your room, your door, your hands at work: a calm photo, wider than high, at least 800 points wide.")
    return Place(slots.Slot(kind), _("Wide photo"), advice, practice)


def portrait_place(therapist: Therapist) -> Place:
    """The place of a therapist's portrait."""
    title = _("Portrait of %(name)s") % {"name": therapist.name}
    advice = _("A face by daylight, looking at whoever looks. It is cut to a square.")
    slot = slots.Slot(PictureKind.PORTRAIT, therapist.public_id)
    return Place(slot, title, advice, therapist, therapist.name)


def picture_place(code: str, practice: Practice) -> Place:
    """The place of an address. Raises Http404 for one that is none."""
    slot = slots.slot_of(code)
    if slot is None:
        raise Http404
    if slot.subject is None:
        return fixed_place(slot.kind, practice)
    return portrait_place(get_object_or_404(Therapist, public_id=slot.subject))


@owner_only
@confirms_conflicts
@require_http_methods(["GET", "HEAD", "POST"])
def branding_page(request: StaffRequest) -> HttpResponse:
    """Words, map and colours, and the way to each picture. A colour that is offered instead is taken by its button."""
    form = save_part(request, BRANDING, BrandingForm, with_offer_taken(request.POST))
    if request.method == "POST" and not form.errors:
        return redirect_saying(request, _("Saved."), page_after_saving(request, BRANDING.page))
    pictures = current_pictures()
    places = [fixed_place(PictureKind.LOGO, request.practice), fixed_place(PictureKind.WIDE, request.practice)]
    places += [portrait_place(each) for each in Therapist.objects.at_work()]
    context = {
        "form": form,
        "title": BRANDING.title,
        "lead": BRANDING.lead,
        "back_url": BRANDING.back,
        "places": [(each, each.shown(pictures)) for each in places],
    }
    return render(request, "booking/desk/settings/branding.html", context, status=status_of(form))


def with_offer_taken(typed: QueryDict) -> QueryDict:
    """What was sent, with the colour of the button that was pressed."""
    name, _colon, colour = typed.get("use", "").partition(":")
    if name not in OURS:
        return typed
    changed = typed.copy()
    changed[name] = colour
    return changed


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def picture_page(request: StaffRequest, slug: str) -> HttpResponse:
    """One picture: as clients see it, another file for it, other words for it."""
    place = picture_place(slug, request.practice)
    now = place.slot.picture()
    begins = {"alternative_text": now.alternative_text if now else place.usual_text}
    form = PictureForm(picture=now, initial=begins)
    if request.method == "POST":
        form = PictureForm(request.POST, request.FILES, picture=now, initial=begins)
        if form.is_valid():
            with refusals_in(form):
                keep_picture(place.slot, **form.cleaned_data)
                log_edit(request, place.row)
                messages.success(request, _("Saved. This is how clients see it."))
                return redirect("booking:desk-settings-picture", slug=slug)
    context = {
        "place": place,
        "picture": place.shown(current_pictures()),
        "before": place.slot.before(),
        "form": form,
    }
    return render(request, "booking/desk/settings/picture.html", context, status=422 if form.errors else 200)


def keep_picture(slot: slots.Slot, *, file: bytes | None, alternative_text: str) -> None:
    """Put a file, or its words alone, in their place. Raises Refusal."""
    if file is None:
        slots.describe_picture(slot, alternative_text)
    else:
        slots.put_picture(slot, file, alternative_text=alternative_text)


@owner_only
@post_only("booking:desk-settings-picture", "slug")
def clear_picture(request: StaffRequest, slug: str) -> HttpResponse:
    """Let nothing stand there; what stood there can be put back."""
    place = picture_place(slug, request.practice)
    slots.remove_picture(place.slot)
    log_edit(request, place.row)
    messages.success(request, _("Removed. You can put it back below."))
    return redirect("booking:desk-settings-picture", slug=slug)


@owner_only
@post_only("booking:desk-settings-picture", "slug")
def restore(request: StaffRequest, slug: str) -> HttpResponse:
    """Put back what stood there before."""
    place = picture_place(slug, request.practice)
    slots.change_over(place.slot)
    log_edit(request, place.row)
    return redirect_saying(request, _("The picture before is back."), "booking:desk-settings-picture", slug=slug)


@owner_only
@post_only("booking:desk-settings-picture", "slug")
def forget(request: StaffRequest, slug: str) -> HttpResponse:
    """Delete for good what stood there before."""
    slots.delete_before(picture_place(slug, request.practice).slot)
    return redirect_saying(request, _("Deleted."), "booking:desk-settings-picture", slug=slug)
