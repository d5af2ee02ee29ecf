"""The safety question as the desk asks it, by phone or at the counter."""

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import SafetyAnswers
from booking.appointments.safety_questions import SafetyQuestions
from clients.models import Intake
from clinic.country import locale

NONE, SOME, FILE = "none", "some", "file"
NOT_ASKED = {"required": _("Please ask the safety question, and choose what was answered.")}


class SafetyQuestionForm(forms.Form):
    """None is true, some are and are ticked, or it is as in the newest intake. Part of other forms."""

    safety = forms.ChoiceField(label=_("Safety question"), widget=forms.RadioSelect, error_messages=NOT_ASKED)
    conditions = forms.MultipleChoiceField(label=_("Health"), required=False, widget=forms.CheckboxSelectMultiple)
    red_flags = forms.MultipleChoiceField(label=_("Warning signs"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, questions: SafetyQuestions, intake: Intake | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.intake = intake
        groups = [(group, [(each.slug, each.name) for each in some]) for group, some in questions.groups()]
        self.offer("conditions", groups)
        self.offer("red_flags", [(each.slug, each.name) for each in questions.red_flags])
        ways: list[tuple[str, Any]] = [
            (NONE, _("Asked: none of these is true")),
            (SOME, _("Asked: some are true, ticked below")),
        ]
        if intake is not None:
            given = locale.current_formats().full_date(timezone.localdate(intake.given_at))
            ways.insert(0, (FILE, _("As in the intake of %(date)s") % {"date": given}))
        self.offer("safety", ways)

    def offer(self, name: str, choices: Any) -> None:
        """Fill a field's choices."""
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def clean(self) -> dict[str, Any]:
        """What is ticked and what was chosen must not contradict each other."""
        cleaned = super().clean() or {}
        ticked = cleaned.get("conditions") or cleaned.get("red_flags")
        if cleaned.get("safety") == SOME and not ticked:
            self.add_error("safety", _("Please tick below what is true."))
        elif cleaned.get("safety") in (NONE, FILE) and ticked:
            self.add_error("safety", _("Something is ticked below. Please choose “some are true”, or untick it."))
        return cleaned

    def answers(self) -> SafetyAnswers:
        """The safety answers, once valid. What is as in the intake is told now."""
        typed = self.cleaned_data
        if typed["safety"] == FILE and self.intake is not None:
            return replace(SafetyAnswers.on_file(self.intake), told_at=None)
        return SafetyAnswers(conditions=frozenset(typed["conditions"]), red_flags=frozenset(typed["red_flags"]))
