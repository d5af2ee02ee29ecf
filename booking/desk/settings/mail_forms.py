"""Forms about mails: the practice's own words, and when a kind goes out."""

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut
from booking.models import MessageText, ReminderRule
from booking.reminders.shipped_words import ShippedWords, own_words
from clinic.web.edits import MergedRowForm

LONGEST = 730 * 24 * 60
UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


class WordsForm(LaidOut, MergedRowForm):
    """The words of a kind of mail, beginning with those that they replace. What is left as it ships stays so."""

    class Meta:
        model = MessageText
        fields = ("subject", "opening", "closing")
        widgets = {"opening": forms.Textarea(attrs={"rows": 6}), "closing": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, shipped: ShippedWords, instance: MessageText) -> None:
        self.shipped = shipped
        begins = {name: getattr(instance, name) or text for name, text in shipped.as_initial().items()}
        super().__init__(data, instance=instance, initial=begins)
        self.fields["subject"].label, self.fields["opening"].label = _("Subject"), _("Opening")
        self.fields["closing"].label = _("Closing")

    def clean(self) -> dict[str, Any]:
        """A text as it ships is none of the practice's own."""
        typed: dict[str, Any] = super().clean() or {}
        return {**typed, **own_words({name: typed[name] for name in self.fields if name in typed}, self.shipped)}


def largest_unit(minutes: int) -> str:
    """The largest unit in which a length is a whole number."""
    return next(name for name, size in reversed(UNITS.items()) if minutes % size == 0 and (minutes or size == 1))


class RuleForm(LaidOut, MergedRowForm):
    """When a kind of mail goes, in the unit that suits; the model says what cannot be."""

    minutes = forms.IntegerField(label=_("How long"), min_value=0, max_value=100_000)
    unit = forms.ChoiceField(
        label=_("Unit"), choices=[("minutes", _("minutes")), ("hours", _("hours")), ("days", _("days"))]
    )
    layout = ("active", Div("minutes", "unit", "anchor", css_class="side-by-side"))

    class Meta:
        model = ReminderRule
        fields = ("active", "minutes", "anchor")

    def __init__(self, data: Any = None, *, instance: ReminderRule, anchors: tuple[str, ...]) -> None:
        unit = largest_unit(instance.minutes)
        begins = {"unit": unit, "minutes": instance.minutes // UNITS[unit]}
        super().__init__(data, instance=instance, initial=begins)
        self.fields["active"].label = _("These mails go out")
        choices: Any = self.fields["anchor"]
        choices.choices = [choice for choice in choices.choices if choice[0] in anchors]

    def clean(self) -> dict[str, Any]:
        """The minutes of the rule, so that its own rules hold."""
        typed: dict[str, Any] = super().clean() or {}
        if "minutes" in typed and "unit" in typed:
            typed["minutes"] *= UNITS[typed["unit"]]
            if typed["minutes"] > LONGEST:
                self.add_error("minutes", _("That is longer than two years."))
        return typed
