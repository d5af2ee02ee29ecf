"""The page of consent: ticks for each purpose, the typed signature, and a guardian's beside it under 18."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.intake.forms.steps import StepForm
from clients.intake.steps import is_under_age, missing_guardian_fields, practice_day

GUARDIAN_INPUTS = ("guardian_agrees", "guardian_relation", "guardian")


class ConsentForm(StepForm):
    """What is agreed to, signed with the typed name. `text_hash` names the words that were read."""

    treatment = forms.BooleanField(
        label=_("I agree to the treatment as described above."),
        error_messages={"required": _("We can only treat you with your consent.")},
    )
    hot_stone = forms.BooleanField(
        label=_(
            "I agree to hot stones. I know that heat can burn, have answered the health questions carefully, "
            "and will say at once if it is too hot."
        ),
        error_messages={"required": _("Hot stones need a consent of their own.")},
    )
    personal_tips = forms.BooleanField(
        required=False, label=_("Send me my own care tips by e-mail."), help_text=_("E-mail is not private. Optional.")
    )
    statistics = forms.BooleanField(
        required=False,
        label=_("My scores may count in statistics without my name."),
        help_text=_("Optional."),
    )
    born_on = forms.DateField(
        required=False,
        label=_("Your date of birth"),
        help_text=_("Optional, unless you are under 18: then a parent or guardian agrees with you."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "bday"}),
    )
    signature = forms.CharField(
        label=_("Your first and last name"),
        help_text=_("Typed here, it is your signature."),
        error_messages={"required": _("Please type your name as your signature.")},
    )
    guardian_agrees = forms.BooleanField(
        label=_("As parent or guardian I have read this, and I agree to the treatment."),
        error_messages={"required": _("Under 18 we can only treat you when a parent or guardian agrees.")},
    )
    guardian_relation = forms.CharField(
        label=_("Who are you to the client?"),
        help_text=_("For example: mother, father, legal guardian."),
        error_messages={"required": _("Please say who the guardian is, for example mother.")},
    )
    guardian = forms.CharField(
        label=_("The guardian’s first and last name"),
        help_text=_("Typed by the guardian, it is their signature."),
        error_messages={
            "required": _("Under 18 a parent or guardian signs as well. Please have them type their name.")
        },
    )
    text_hash = forms.CharField(widget=forms.HiddenInput, required=False)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        if not more["hot_stone"]:
            del self.fields["hot_stone"]
        if not more["ask_birth"]:
            del self.fields["born_on"]
        for name in GUARDIAN_INPUTS:
            if more["minor"]:
                continue
            if more["ask_birth"]:
                self.fields[name].required = False
            else:
                del self.fields[name]
        # Whatever was read before, the page shows today's words, and a signature under other words does not count.
        self.current_hash: str = more["text_hash"]
        if self.initial.get("text_hash") != self.current_hash:
            self.initial = {}
        self.initial["text_hash"] = self.current_hash

    @property
    def helper(self) -> FormHelper:
        """As every page; what a guardian signs stands together, under a heading of its own."""
        helper = super().helper
        theirs = [name for name in GUARDIAN_INPUTS if name in self.fields]
        if theirs:
            own = [name for name in self.fields if name not in theirs]
            title = _("A parent or guardian") if self.fields[theirs[0]].required else _("Only under 18: a guardian")
            helper.layout = Layout(*own, Fieldset(title, *theirs, css_class="guardian"))
        return helper

    def answers(self) -> dict[str, Any]:
        born_on = self.cleaned_data.get("born_on")
        return {**self.cleaned_data, "born_on": born_on.isoformat() if born_on else ""}

    def clean(self) -> dict[str, Any]:
        """Say all that a minor's guardian has left out, and refuse a signature under words that have changed."""
        born_on = self.cleaned_data.get("born_on")
        if born_on is not None and born_on <= practice_day() and is_under_age(born_on):
            for name, message in missing_guardian_fields(defaultdict(str, self.cleaned_data)).items():
                if name not in self.errors:
                    self.add_error(name, message)
        if self.cleaned_data.get("text_hash") != self.current_hash:
            # What was typed stays; only the hash of the words below becomes today's.
            self.data = {**{name: self.data.get(name) for name in self.data}, "text_hash": self.current_hash}
            self.add_error(
                None,
                _("Our consent text has changed since you read it. Please read it once more and sign again."),
            )
        return self.cleaned_data
