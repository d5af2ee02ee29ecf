"""Wall times that people type: read as their country writes them, and asked about where a clock shows them twice."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget, AdminSplitDateTime, AdminTimeWidget
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clinic.country.locale import current_formats, read_clock
from clinic.models import Practice

AMBIGUOUS_TIME = "which"


def moments_at(day: dt.date, time: dt.time, zone: dt.tzinfo) -> list[dt.datetime]:
    """The moments at which a zone's clock shows a time on a day, the earlier first: none where the clocks skip it, two
    where they repeat it."""
    found = [dt.datetime.combine(day, time.replace(fold=fold), zone) for fold in (0, 1)]
    shown = [each for each in found if normalised_moment(each) == each.replace(tzinfo=None)]
    return shown if len({each.utcoffset() for each in shown}) > 1 else shown[:1]


def normalised_moment(moment: dt.datetime) -> dt.datetime:
    """What the clock really shows at a moment: another time than asked for in a spring gap."""
    return moment.astimezone(dt.UTC).astimezone(moment.tzinfo).replace(tzinfo=None)


def skipped_time_error() -> ValidationError:
    """What is said of a time that the clocks skip."""
    return ValidationError(_("The clocks change then, so that time does not exist."), code="skipped")


class ClockField(forms.TimeField):
    """A wall time as people write it, on either clock."""

    def to_python(self, value: Any) -> dt.time | None:
        """The time that was typed. Raises ValidationError."""
        if value in self.empty_values or isinstance(value, dt.time | dt.datetime):
            return value.time() if isinstance(value, dt.datetime) else value or None
        try:
            return read_clock(str(value))
        except ValueError:
            words = _("Please write a time, for example %(one)s.") % {"one": current_formats().clock(dt.time(14, 30))}
            raise ValidationError(words, code="invalid") from None


class ClockInput(AdminTimeWidget):
    """A text box that shows a time as the country writes it."""

    def format_value(self, value: Any) -> str | None:
        """Seconds only where there are any: they would be lost with the next save."""
        if not isinstance(value, dt.time | dt.datetime):
            return super().format_value(value)
        return current_formats().clock(value) if not value.second else f"{value:%H:%M:%S}"


def moment_as_boxes(value: dt.datetime | None) -> list[Any]:
    """A moment as its two boxes show it: the date, and the time with its zone where the clock shows it twice."""
    if value is None:
        return [None, None]
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return [local.date(), current_formats().clock(local) if not local.second else f"{local:%H:%M:%S}"]


class MomentInput(AdminSplitDateTime):
    """A date and a time side by side."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.widgets = (AdminDateWidget(attrs), ClockInput(attrs))

    def decompress(self, value: Any) -> Any:
        """The two boxes of a moment."""
        return moment_as_boxes(value)


class HiddenMomentInput(forms.SplitHiddenDateTimeWidget):
    """The two boxes of a moment as hidden inputs."""

    def decompress(self, value: Any) -> Any:
        """The two boxes of a moment."""
        return moment_as_boxes(value)


class MomentField(forms.SplitDateTimeField):
    """A moment by date and wall time. Where the clock shows the time twice, the zone behind it tells which is meant."""

    widget = MomentInput
    hidden_widget = HiddenMomentInput

    def clean(self, value: Any) -> dt.datetime | None:
        """The moment in UTC. Raises ValidationError, also where the time is one of two."""
        date, text = [*value, "", ""][:2] if isinstance(value, list | tuple) else ("", "")
        text = str(text or "").strip()
        if not date and not text:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        day = forms.DateField(required=True).clean(date)
        found = self.with_zone(day, text)
        if found is None:
            moments = moments_at(day, ClockField(required=True).clean(text), timezone.get_current_timezone())
            if not moments:
                raise skipped_time_error()
            if len(moments) > 1:
                words = _("The clock shows this time twice that night. Please write %(one)s or %(two)s.")
                one, two = (current_formats().clock(each) for each in moments)
                raise ValidationError(words % {"one": one, "two": two}, code="ambiguous")
            found = moments[0]
        self.validate(found)
        self.run_validators(found)
        # In UTC: two moments of one zone that only `fold` tells apart count as equal.
        return found.astimezone(dt.UTC)

    def with_zone(self, day: dt.date, text: str) -> dt.datetime | None:
        """The moment of a time with the name of its zone behind it; None where the text names none of that day's."""
        clock, _space, zone = text.rpartition(" ")
        try:
            moments = moments_at(day, read_clock(clock), timezone.get_current_timezone())
        except ValueError:
            return None
        return next((each for each in moments if each.tzname() == zone.upper()), None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another moment was typed than stood there, in whatever way it is written."""
        before = initial if isinstance(initial, list | tuple) else moment_as_boxes(initial)
        try:
            return self.clean(before) != self.clean(data)
        except ValidationError:
            return [str(each or "") for each in before] != [str(each or "") for each in data or ()]


class WallTimeInput(forms.TimeInput):
    """A time for a form that asks for the day in another field. Where the clock shows it twice it asks which is meant:
    `ask` is called when the form is cleaned."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"type": "time", **(attrs or {})}, "%H:%M")
        self.moments: list[dt.datetime] = []
        self.picked = ""

    def __deepcopy__(self, memo: dict[int, Any]) -> "WallTimeInput":
        """A form's own: what one form asks no other does."""
        made: WallTimeInput = super().__deepcopy__(memo)
        made.moments, made.picked = [], ""
        return made

    def ask(self, moments: list[dt.datetime], picked: str) -> None:
        """Show both moments beside the time, the picked one chosen."""
        self.moments, self.picked = moments, picked

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The box, and the question below it."""
        box = super().render(name, value, attrs, renderer)
        if not self.moments:
            return box
        choices = [(str(each.fold), current_formats().clock(each)) for each in self.moments]
        ways = forms.RadioSelect({"id": f"id_{name}_{AMBIGUOUS_TIME}"}, choices).render(
            f"{name}_{AMBIGUOUS_TIME}", self.picked, renderer=renderer
        )
        title = _("Which of the two?")
        return format_html('{}<fieldset class="which"><legend>{}</legend>{}</fieldset>', box, title, ways)


def moment_of_fields(form: forms.Form, day: str, time: str) -> dt.datetime | None:
    """The moment, in UTC, at which the practice's clock shows the date and time of two fields; else None.

    In a spring gap the clock never shows it: then an error stands beside the time. In autumn it shows an hour twice:
    then the form must say which is meant, and is asked where it does not.
    """
    date, clock = form.cleaned_data.get(day), form.cleaned_data.get(time)
    if not isinstance(date, dt.date) or not isinstance(clock, dt.time):
        return None
    moments = moments_at(date, clock, Practice.current().zone)
    if len(moments) < 2:
        if not moments:
            form.add_error(time, skipped_time_error())
        return moments[0].astimezone(dt.UTC) if moments else None
    picked = str(form.data.get(f"{form.add_prefix(time)}_{AMBIGUOUS_TIME}", ""))
    widget = form.fields[time].widget
    if isinstance(widget, WallTimeInput):
        widget.ask(moments, picked)
    chosen = next((each for each in moments if str(each.fold) == picked), None)
    if chosen is None:
        form.add_error(time, _("The clocks go back that night, so this time comes twice. Please say which is meant."))
        return None
    return chosen.astimezone(dt.UTC)
