"""The pages about the client, the session, the plan, and the consent with its typed signatures."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from clients.care.conditions import present_conditions
from clients.intake.fields import options_of
from clients.intake.forms.steps import StepForm, line, text_area, yes_no


class YouForm(StepForm):
    """Who the client is, and whom to call."""

    def build(self) -> None:
        asking = self.asking
        if asking.ask_birth:
            attrs = {"type": "date", "autocomplete": "bday", "class": "form-control"}
            self.fields["born_on"] = forms.DateField(
                label=asking.label("date-of-birth"),
                widget=forms.DateInput(format="%Y-%m-%d", attrs=attrs),
                error_messages={"required": _("What is safe depends on your age. Please tell us when you were born.")},
            )
        self.fields["emergency_contact"] = line(asking.label("emergency-contact"))
        if asking.asks("physician"):
            self.fields["physician"] = line(asking.label("physician"))
        self.option_field("occupation", "occupation")

    def answers(self) -> dict[str, Any]:
        born_on = self.cleaned_data.get("born_on")
        born = {"born_on": born_on.isoformat() if born_on else ""} if "born_on" in self.fields else {}
        return {**super().answers(), **born}


# How somebody lies, and the danger that goes with it.
LYING = {"front": "prone", "back": "flat"}


class ComfortForm(StepForm):
    """How the session should be."""

    def build(self) -> None:
        asking = self.asking
        self.option_field("massage_before", "massage-before")
        self.option_field("pressure", "pressure")
        self.ticks_field("positions", "lie")
        self.fields["positions"].help_text = _("Untick what is hard.")
        if asking.asks("table"):
            self.fields["table"] = yes_no(asking.label("table"))
        self.ticks_field("communication", "communication")
        self.ticks_field("aids", "lenses-aids")
        self.ticks_field("room", "room")
        if self.initial.get("positions") is None:
            self.initial["positions"] = self.positions_by_health()

    def positions_by_health(self) -> list[str]:
        """All, but for those that an answer to the health questions rules out, such as the front in pregnancy."""
        index = self.catalogue.index
        holding = present_conditions(index, self.given.for_engine(self.catalogue)).conditions
        bars = (bar for slug in holding for bar in index.conditions[slug].bars)
        ruled_out = {tag for bar in bars if bar.level.holds_back for tag in bar.tags}
        left_out = {side for side, tag in LYING.items() if tag in ruled_out}
        return [slug for slug, _words in options_of(self.catalogue, "lie") if slug not in left_out]


class GoalForm(StepForm):
    """What it is for, and whether tips may come by mail."""

    def build(self) -> None:
        asking = self.asking
        if asking.asks("goal"):
            self.fields["goals"] = text_area(asking.label("goal"), help_text=_("For example: turn my head to park."))
        if self.given.standing is None:
            self.fields["tips_by_mail"] = yes_no(
                asking.label("tips-by-mail"), required=True, help_text=_("E-mail is not private.")
            )


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
        required=False, label=_("My scores may count in statistics without my name."), help_text=_("Optional.")
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
                None, _("Our consent text has changed since you read it. Please read it once more and sign again.")
            )
        return self.cleaned_data
