"""Services that most practices sell, ready to tick: each with its technique, its buffers and its kit."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Service, StoneKit, Therapist

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# What the stones take to be cleaned and warm again.
REHEATING_MINUTES = 30


@dataclass(frozen=True)
class ReadyService:
    """A line of a usual price list, without its price."""

    slug: str
    name: "StrOrPromise"
    technique: str
    minutes: int
    buffer_after: int
    description: "StrOrPromise"
    needs_kit: bool = False
    is_usual: bool = True

    def unsaved(self, price: Decimal) -> Service:
        """The row, with the practice's price."""
        return Service(
            slug=self.slug,
            name=str(self.name),
            technique=self.technique,
            minutes=self.minutes,
            price=price,
            buffer_after=self.buffer_after,
            needs_kit=self.needs_kit,
            kit_buffer_after=REHEATING_MINUTES if self.needs_kit else 0,
            description=str(self.description),
        )


REGULAR, STONES, BACK = _("Regular massage"), _("Hot stone massage"), _("Back relief massage")
BY_HAND = _("Unhurried gliding and kneading, for the whole body or where it is needed most. You choose the pressure.")
WITH_STONES = _("Warm stones glide over oiled skin and rest over towels. Health questions come first.")
FOR_THE_BACK = _("Short and to the point, for a tired back.")
READY_SERVICES = (
    ReadyService("back-relief-25", BACK, "regular-massage", 25, 5, FOR_THE_BACK),
    ReadyService("regular-60", REGULAR, "regular-massage", 60, 15, BY_HAND),
    ReadyService("regular-90", REGULAR, "regular-massage", 90, 15, BY_HAND),
    ReadyService("hot-stone-75", STONES, "hot-stone", 75, 15, WITH_STONES, needs_kit=True, is_usual=False),
    ReadyService("hot-stone-90", STONES, "hot-stone", 90, 15, WITH_STONES, needs_kit=True, is_usual=False),
)


class ReadyServicesForm(forms.Form):
    """A tick and a price for each that the practice does not sell yet, and who gives them."""

    given_by = forms.ModelMultipleChoiceField(
        label=_("Given by"),
        queryset=Therapist.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = set(Service.objects.values_list("slug", flat=True))
        self.ready = [each for each in READY_SERVICES if each.slug not in there]
        for each in self.ready:
            label = f"{each.name}, {each.minutes} min"
            self.fields[f"take-{each.slug}"] = forms.BooleanField(
                label=label, required=False, initial=each.is_usual and not there
            )
            price = Service._meta.get_field("price").formfield(required=False)
            price.label = format_html(
                '{} <span class="visually-hidden">{}</span>', gettext("Price in %s") % currency, label
            )
            price.widget.attrs["inputmode"] = "decimal"
            self.fields[f"price-{each.slug}"] = price
        people = Therapist.objects.at_work()
        given_by = cast("forms.ModelMultipleChoiceField[Therapist]", self.fields["given_by"])
        given_by.queryset, given_by.initial = people, [each.pk for each in people]
        if not given_by.initial:
            del self.fields["given_by"]

    @property
    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """What can be ticked, in the order of the price list: a tick and a price for each."""
        return ((self[f"take-{each.slug}"], self[f"price-{each.slug}"]) for each in self.ready)

    @property
    def taken(self) -> list[Service]:
        """The rows of what was ticked, unsaved; once valid."""
        typed = self.cleaned_data
        return [
            each.unsaved(typed.get(f"price-{each.slug}") or Decimal(0))
            for each in self.ready
            if typed.get(f"take-{each.slug}")
        ]

    def clean(self) -> dict[str, Any]:
        """A price for each that is ticked, by the rules of a service."""
        typed = super().clean() or {}
        for ready in self.ready:
            if typed.get(f"price-{ready.slug}") is not None and not typed.get(f"take-{ready.slug}"):
                self.add_error(f"take-{ready.slug}", gettext("Tick it too, or empty its price."))
        if not self.taken and not self.errors:
            raise ValidationError(gettext("Please tick at least one."))
        for each in self.taken:
            field = f"price-{each.slug}"
            if field in self.errors:
                continue
            if typed.get(field) is None:
                self.add_error(field, gettext("What does it cost?"))
                continue
            try:
                each.full_clean()
            except ValidationError as error:
                self.add_error(field, " ".join(error.messages))
        return typed


@transaction.atomic
def add_services(services: Iterable[Service], *, given_by: Iterable[Therapist]) -> list[Service]:
    """Write new services, given by these therapists; where one needs a kit and there is none yet, a first one."""
    last, givers = Service.objects.count(), list(given_by)
    made = []
    for number, each in enumerate(services, start=last + 1):
        each.position = number
        each.save(force_insert=True)
        each.therapists.set(givers)
        made.append(each)
    if any(each.needs_kit for each in made) and not StoneKit.objects.exists():
        StoneKit.objects.create(name=gettext("Stone kit"), position=1)
    return made
