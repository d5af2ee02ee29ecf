"""The pages in own words: medicines, allergies and operations; and what the session should be like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.intake.forms.steps import CARDS, StepForm
from clients.models import Intake

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def text_area(label: StrOrPromise, help_text: StrOrPromise, rows: int = 3) -> forms.CharField:
    """Own words. No `maxlength`: it would cut a pasted text in silence; a text too long is refused and kept."""
    return forms.CharField(
        label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs={"rows": rows})
    )


class WordsForm(StepForm):
    """Medicines, allergies and operations in own words."""

    medicines = text_area(_("Medicines and supplements"), _("With the dose, if you know it. Patches and creams too."))
    allergies = text_area(_("Allergies"), _("Foods, plants, scents, latex, medicines."))
    surgery = text_area(_("Operations, injuries, implants"), _("What, where and about when."))


class WishesForm(StepForm):
    """What the session should be like."""

    wrappers = {"pressure": CARDS}

    goals = text_area(_("What would you like to be better?"), _("For example: turn my head while driving."))
    pressure = forms.ChoiceField(
        label=_("How much pressure do you like?"),
        required=False,
        choices=[("", _("I don’t know yet")), *Intake.Pressure.choices],
        widget=forms.RadioSelect,
    )
    areas_to_avoid = text_area(_("Anything we should leave alone?"), _("Parts of the body, or anything else."))
