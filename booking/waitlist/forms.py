"""What suits someone who waits: days, hours, dates, with whom; and the forms that ask for it."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from crispy_forms.layout import Div, Field
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import PersonDetails
from booking.appointments.forms import DATE, PersonForm, check_plausible_dates, form_helper
from booking.appointments.safety_question_form import SafetyQuestionForm
from booking.models import Service, Therapist, WaitlistEntry
from booking.scheduling.availability.instants import MINUTES_PER_DAY
from booking.scheduling.hours import working_span
from booking.waitlist.matching import Preferences
from clients.catalogue.texts import client_text
from clients.models import Client, ClientQuerySet
from clinic.country import locale
from clinic.models import Practice

# How many files that may be of one person are shown.
MOST_DUPLICATES = 3
# How far ahead the form looks when nobody has said anything else.
USUAL_DAYS = 28
USUAL_WEEKDAYS = frozenset(range(5))
DAYS_MISSING = {"required": _("Please fill this in.")}


class PreferencesForm(forms.Form):
    """The days and hours that suit. The whole session lies between the two hours."""

    therapist = forms.ModelChoiceField(
        label=_("With"),
        queryset=Therapist.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("Any available"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Which days suit you?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Please choose at least one day."),
            "invalid_choice": _("Please choose among the days on which somebody works."),
        },
    )
    from_time = forms.TypedChoiceField(label=_("Not before"), coerce=dt.time.fromisoformat)
    until_time = forms.TypedChoiceField(label=_("Finished by"), coerce=dt.time.fromisoformat)
    first_date = forms.DateField(label=_("From"), widget=DATE, error_messages=DAYS_MISSING)
    last_date = forms.DateField(label=_("Until"), widget=DATE, error_messages=DAYS_MISSING)

    SUITS = ("therapist", "weekdays", "from_time", "until_time", "first_date", "last_date")

    def __init__(self, *args: Any, service: Service | None, practice: Practice, **kwargs: Any) -> None:
        today = timezone.localdate()
        therapists = service.therapists.at_work() if service else Therapist.objects.at_work()
        work = working_span(therapists, on=today)
        step = service.step_in(practice) if service else practice.slot_step_minutes
        minutes = range(work.begins // step * step, work.ends + step, step)
        times = list(
            dict.fromkeys(
                f"{each // 60:02d}:{each % 60:02d}" if each < MINUTES_PER_DAY else "23:59" for each in minutes
            )
        )
        usual = {
            "weekdays": sorted(work.weekdays & USUAL_WEEKDAYS or work.weekdays),
            "from_time": times[0],
            "until_time": times[-1],
            "first_date": today,
            "last_date": today + dt.timedelta(days=USUAL_DAYS),
        }
        kwargs["initial"] = {**usual, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.service, self.practice = service, practice
        cast("forms.ModelChoiceField[Therapist]", self.fields["therapist"]).queryset = therapists
        if self.service is not None and len(therapists) < 2:
            del self.fields["therapist"]
        offered = {*work.weekdays, *self.initial["weekdays"]}
        named = [(number, name) for number, name in locale.current_formats().weekdays() if number in offered]
        cast("forms.ChoiceField", self.fields["weekdays"]).choices = named
        self.choose_hours("from_time", times[:-1])
        self.choose_hours("until_time", times[1:])
        self.helper = form_helper(*self.layout())

    def choose_hours(self, name: str, times: Iterable[str]) -> None:
        """Offer these times, and the one that stands there, which may be from before the hours changed."""
        offered = sorted({*times, str(self.initial[name])})
        named = [(each, locale.current_formats().clock(dt.time.fromisoformat(each))) for each in offered]
        cast("forms.ChoiceField", self.fields[name]).choices = named

    def layout(self) -> list[Any]:
        """Days as tiles, hours and dates in pairs."""
        return [
            Field("weekdays", wrapper_class="choice-cards day-tiles"),
            Div("from_time", "until_time", css_class="side-by-side"),
            Div("first_date", "last_date", css_class="side-by-side"),
            *(["therapist"] if "therapist" in self.fields else []),
        ]

    def clean(self) -> dict[str, Any]:
        """Hours long enough for the session, dates that are ahead and hold one of the days."""
        cleaned = super().clean() or {}
        check_plausible_dates(self, "first_date", "last_date")
        service = self.wanted(cleaned)
        if service is not None and not self.errors:
            self.check_hours(cleaned, service)
            self.check_dates(cleaned, service)
            self.check_someone_works(cleaned, service)
        return cleaned

    def wanted(self, _cleaned: dict[str, Any]) -> Service | None:
        """The service that is waited for."""
        return self.service

    def check_hours(self, cleaned: dict[str, Any], service: Service) -> None:
        """The session must fit between the two hours."""
        begin, end = (cleaned[name].hour * 60 + cleaned[name].minute for name in ("from_time", "until_time"))
        if end <= begin:
            self.add_error("until_time", _("The end must come after the start."))
        elif end - begin < service.minutes:
            self.add_error(
                "until_time",
                _("The massage takes %(minutes)d minutes. Please leave that much.") % {"minutes": service.minutes},
            )

    def check_dates(self, cleaned: dict[str, Any], service: Service) -> None:
        """From today on, not beyond the last bookable day, with one of the chosen weekdays between."""
        today, first, last = timezone.localdate(), cleaned["first_date"], cleaned["last_date"]
        if last < max(first, today):
            self.add_error("last_date", _("Please choose a last day that is still to come, after the first."))
        elif last > today + service.horizon_in(self.practice):
            self.add_error(
                "last_date", _("We do not take appointments that far ahead yet. Please choose an earlier day.")
            )
        elif not any(
            (first + dt.timedelta(days=n)).weekday() in cleaned["weekdays"]
            for n in range(min((last - first).days + 1, 7))
        ):
            self.add_error("weekdays", _("None of these days lies between the two dates."))

    def check_someone_works(self, cleaned: dict[str, Any], service: Service) -> None:
        """Whoever is waited for works on one of the days; without that nobody would ever be asked."""
        chosen, today = cleaned.get("therapist"), timezone.localdate()
        who = [chosen] if chosen else service.therapists.at_work()
        if "weekdays" in self.errors or not working_span(who, on=today).weekdays.isdisjoint(cleaned["weekdays"]):
            return
        if chosen:
            self.add_error("weekdays", _("%(name)s does not work on these days.") % {"name": chosen.name})
        else:
            self.add_error("weekdays", _("Nobody who gives this massage works on these days."))

    def suits(self) -> Preferences:
        """What suits, once valid."""
        typed = self.cleaned_data
        return Preferences(
            weekdays=frozenset(typed["weekdays"]),
            from_time=typed["from_time"],
            until_time=typed["until_time"],
            first=typed["first_date"],
            last=typed["last_date"],
        )

    def with_whom(self) -> Therapist | None:
        """The therapist, once valid; None for any."""
        return self.cleaned_data.get("therapist")


def preferences_as_typed(entry: WaitlistEntry) -> dict[str, Any]:
    """An entry's days and hours as the form shows them."""
    return {
        "therapist": entry.therapist.public_id if entry.therapist else None,
        "weekdays": entry.weekdays,
        "from_time": f"{entry.from_time:%H:%M}",
        "until_time": f"{entry.until_time:%H:%M}",
        "first_date": entry.first_date,
        "last_date": entry.last_date,
    }


class JoinForm(PreferencesForm, PersonForm):
    """Joining from the booking pages: what suits, and who. `key` makes a second sending the same entry (I4)."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "key": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("We write to this address when a time opens.")

    @property
    def typed(self) -> dict[str, Any]:
        """What to put back after a detour: the person as typed, and of what suits that which can be read."""
        self.is_valid()
        read = {name: self.cleaned_data.get(name) for name in self.SUITS}
        times = {name: f"{read[name]:%H:%M}" for name in ("from_time", "until_time") if read[name]}
        dates = {name: f"{read[name]:%Y-%m-%d}" for name in ("first_date", "last_date") if read[name]}
        whom = {"therapist": str(read["therapist"].public_id)} if read["therapist"] else {}
        days = {"weekdays": read["weekdays"]} if read["weekdays"] else {}
        who = {name: self.data[name][:2000] for name in PersonForm.base_fields if self.data.get(name)}
        return {**who, **days, **times, **dates, **whom}

    def layout(self) -> list[Any]:
        """What suits only; the person stands under a heading of its own."""
        self.who = form_helper("first_name", "last_name", "email", "phone", "key")
        return super().layout()


class DeskJoinForm(SafetyQuestionForm, PreferencesForm):
    """A client put on the waitlist at the desk, with the safety answers given by phone or at the counter."""

    service_choice = forms.ModelChoiceField(
        label=_("Service"), queryset=Service.objects.filter(active=True), to_field_name="slug", empty_label=None
    )

    def __init__(self, *args: Any, practice: Practice, **kwargs: Any) -> None:
        words = partial(client_text, practice=practice)
        super().__init__(*args, service=None, practice=practice, words=words, **kwargs)

    def layout(self) -> list[Any]:
        """Days, hours and dates; the rest stands in parts of its own."""
        return [each for each in super().layout() if each != "therapist"]

    def wanted(self, cleaned: dict[str, Any]) -> Service | None:
        """The service that was chosen."""
        return cleaned.get("service_choice")

    def clean(self) -> dict[str, Any]:
        """The therapist gives the service."""
        cleaned = super().clean()
        service, therapist = self.wanted(cleaned), cleaned.get("therapist")
        if service and therapist and not therapist.services.filter(pk=service.pk).exists():
            self.add_error("therapist", _("%(name)s does not give this massage.") % {"name": therapist.name})
        return cleaned


class DeskNewClientForm(DeskJoinForm, PersonForm):
    """Somebody without a file put on the waitlist at the desk; one name is enough, and some way to reach them."""

    apart = forms.BooleanField(label=_("No, another person"), required=False)

    def __init__(self, *args: Any, people: ClientQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, intake=None, **kwargs)
        self.people = people
        self.duplicates: list[Client] = []
        self.fields["email"].required = False
        self.fields["email"].help_text = _("Without one nobody is asked by mail: the list says so.")
        self.fields["phone"].help_text = ""
        self.who = form_helper("first_name", "last_name", "email", "phone")

    def clean(self) -> dict[str, Any]:
        """They can be reached, and somebody has looked at the files that may be theirs."""
        cleaned = super().clean()
        if not self.errors.keys() & {"email", "phone"} and not (cleaned["email"] or cleaned["phone"]):
            self.add_error("phone", _("Please type a phone number or an e-mail: how else would they hear of it?"))
        typed = {name: cleaned.get(name, "") for name in ("first_name", "last_name", "email", "phone")}
        if any(typed[name] for name in ("first_name", "last_name")):
            self.duplicates = list(self.people.likely_duplicates_of(Client(**typed))[:MOST_DUPLICATES])
        if self.duplicates and not cleaned.get("apart"):
            self.add_error("apart", _("There is a file that may be of this person. Please choose: is it this one?"))
        return cleaned

    def person(self) -> PersonDetails:
        """Who it is, told apart from whom somebody has looked at; once valid."""
        return replace(super().person(), apart_from=tuple(each.pk for each in self.duplicates))
