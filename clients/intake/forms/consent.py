"""The page of consent: ticks for each purpose, the typed signature, and a guardian's beside it under 18."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clients.intake.forms.steps import StepForm

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
    statistics = forms.BooleanField(
        required=False,
        label=_("My scores may count in statistics without my name."),
        help_text=_("Optional."),
    )
    signature = forms.CharField(
        label=_("Your first and last name, as your signature"),
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

    def build(self) -> None:
        if not self.asking.hot_stone:
            del self.fields["hot_stone"]
        if not self.asking.minor:
            for name in GUARDIAN_INPUTS:
                del self.fields[name]
        # Whatever was read before, the page shows today's words, and a signature under other words does not count.
        if self.initial.get("text_hash") != self.asking.text_hash:
            self.initial = {}
        self.initial["text_hash"] = self.asking.text_hash

    @property
    def helper(self) -> FormHelper:
        """The layout; what a guardian signs stands together, under a heading of its own."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        theirs = [name for name in GUARDIAN_INPUTS if name in self.fields]
        parts: list[Any] = [Field(name) for name in self.fields if name not in theirs]
        if theirs:
            parts.append(Fieldset(_("A parent or guardian"), *theirs, css_class="guardian"))
        helper.layout = Layout(*parts)
        return helper

    def answers(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def clean(self) -> dict[str, Any]:
        """Refuse a signature under words that have changed."""
        if self.cleaned_data.get("text_hash") != self.asking.text_hash:
            # What was typed stays; only the hash of the words below becomes today's.
            self.data = {**{name: self.data.get(name) for name in self.data}, "text_hash": self.asking.text_hash}
            self.add_error(
                None,
                _("Our consent text has changed since you read it. Please read it once more and sign again."),
            )
        return self.cleaned_data
