"""An owner who gives sessions: one form makes the therapist, what they give and a usual week."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.models import Service, Therapist, WorkingHours
from clinic.country import locale
from clinic.country.wall_time_input import WallTimeInput
from clinic.models import User

OPENS, CLOSES = dt.time(9), dt.time(17)
MONDAY_TO_FRIDAY = ("0", "1", "2", "3", "4")


class FirstHoursForm(forms.Form):
    """Under which name, on which days, from when to when."""

    name = forms.CharField(label=_("Name that clients see"), max_length=80)
    weekdays = forms.TypedMultipleChoiceField(label=_("Days"), coerce=int, widget=forms.CheckboxSelectMultiple)
    starts = forms.TimeField(label=_("From"), initial=OPENS, widget=WallTimeInput())
    ends = forms.TimeField(label=_("To"), initial=CLOSES, widget=WallTimeInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = [(str(number), name) for number, name in locale.current_formats().weekdays()]
        cast("forms.MultipleChoiceField", self.fields["weekdays"]).choices = days
        self.fields["weekdays"].initial = list(MONDAY_TO_FRIDAY)

    def clean(self) -> dict[str, Any]:
        """The end lies after the beginning; hours over midnight are painted on their own page."""
        typed = super().clean() or {}
        starts, ends = typed.get("starts"), typed.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", ValidationError(gettext("The end lies before the beginning.")))
        return typed


@transaction.atomic
def begin_to_work(user: User, *, name: str, weekdays: Iterable[int], starts: dt.time, ends: dt.time) -> Therapist:
    """Make this person a therapist who gives every service, with these hours; one who has hours keeps them."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    therapist, made = Therapist.objects.get_or_create(user=user, defaults={"name": name})
    if made or not therapist.services.exists():
        therapist.services.set(Service.objects.filter(active=True))
    if not therapist.hours.exists():
        WorkingHours.objects.bulk_create(
            WorkingHours(therapist=therapist, weekday=day, starts=starts, ends=ends) for day in weekdays
        )
    return therapist
