"""Forms of privacy notice and imprint: the details that both name, and the words of one of them."""

from typing import Any

from crispy_forms.layout import Div, Fieldset
from django import forms
from django.utils.translation import gettext_lazy as _

from booking.appointments.forms import LaidOut, form_helper
from booking.reminders.shipped_words import squeezed
from clinic.legal.countries import GDPR_COUNTRIES
from clinic.models import LegalDetails, LegalText, Practice
from clinic.web.edits import MergedRowForm
from clinic.wording import wording_problem

COMPANY = ("represented_by", ("register", "register_number"))
PROFESSION = (("profession", "chamber"), ("profession_rules", "trade_authority"))


class LegalDetailsForm(MergedRowForm):
    """Who runs the practice; without the fields that mean nothing in its country."""

    class Meta:
        model = LegalDetails
        fields = (
            "operator",
            "legal_form",
            "represented_by",
            "register",
            "register_number",
            "vat_id",
            "profession",
            "chamber",
            "profession_rules",
            "trade_authority",
            "data_contact",
            "data_authority",
            "processors",
            "covered_entity",
        )
        widgets = {"processors": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, data: Any = None, *, instance: LegalDetails, practice: Practice) -> None:
        super().__init__(data, instance=instance)
        data_rows: list[Any] = ["data_contact", "data_authority", "processors"]
        if practice.country == "US":
            data_rows.append("covered_entity")
        else:
            del self.fields["covered_entity"]
        self.helper = form_helper(
            Fieldset(
                _("Owner"),
                Div("operator", "legal_form", css_class="side-by-side"),
                "vat_id",
                css_class="settings-group",
            ),
            Fieldset(_("Only for companies"), *side_by_side(COMPANY), css_class="settings-group"),
            Fieldset(
                _("Profession") if practice.country in GDPR_COUNTRIES else _("Profession, if your law asks for it"),
                *side_by_side(PROFESSION),
                css_class="settings-group",
            ),
            Fieldset(_("Clients’ data"), *data_rows, css_class="settings-group"),
        )


def side_by_side(rows: tuple[str | tuple[str, ...], ...]) -> list[Any]:
    """Rows of a layout; what is a tuple stands in one line where there is room."""
    return [row if isinstance(row, str) else Div(*row, css_class="side-by-side") for row in rows]


class LegalTextForm(LaidOut, MergedRowForm):
    """The words of one page, beginning with those that Warmstone ships."""

    class Meta:
        model = LegalText
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 28})}

    def __init__(self, data: Any = None, *, instance: LegalText, shipped: str, known: list[str]) -> None:
        self.shipped, self.known = shipped, known
        super().__init__(data, instance=instance, initial={"text": instance.text or shipped})

    def clean_text(self) -> str:
        """A text whose variables can all be filled."""
        text: str = self.cleaned_data["text"]
        if why := wording_problem(text, self.known):
            raise forms.ValidationError(why)
        return text

    @property
    def is_shipped(self) -> bool:
        """Whether what was typed is what Warmstone says by itself."""
        return squeezed(self.cleaned_data["text"]) == squeezed(self.shipped)
