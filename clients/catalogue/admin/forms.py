"""The forms of the catalogue's admin: what they let through, the engine can use."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from clients.care.checks import CatalogueProblem
from clients.catalogue.edits import problems_with_entry, problems_with_special_oils, section_of
from clients.catalogue.mapping import EntryMapping
from clients.models import CatalogueInfo, Technique
from clinic.admin.base import MergedForm

# Sentences and phrases hold commas: these are written one to a line.
ONE_PER_LINE = ("avoid", "equipment_rules")


class EntryForm(MergedForm):
    """Any entry of the catalogue."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ONE_PER_LINE:
            field = self.fields.get(name)
            if isinstance(field, SimpleArrayField):
                field.delimiter = "\n"
                field.widget = forms.Textarea(attrs={"rows": 6, "class": "vLargeTextField"})
                field.help_text = _("One to a line.")

    def clean(self) -> dict[str, Any]:
        """Refuse what would leave a catalogue that cannot be read, with the reason beside the field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            show_problems(self, problems_with_entry(section_of(self._meta.model), self.flat(cleaned)))
        return cleaned

    def flat(self, cleaned: dict[str, Any]) -> EntryMapping:
        """The entry as it would be saved. What the form does not show stays as it is."""
        section = section_of(self._meta.model)
        parent = cleaned.get("inherits") if self._meta.model is Technique else None
        return EntryMapping(
            columns={name: cleaned.get(name, getattr(self.instance, name)) for name in section.columns},
            links={each.name: frozenset(row.slug for row in cleaned.get(each.name, ())) for each in section.lists},
            inherits=parent.slug if parent else "",
        )


class InfoForm(MergedForm):
    """The two oils that stand by themselves."""

    class Meta:
        model = CatalogueInfo
        fields = ["fallback_oil", "default_carrier"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            oils = cleaned["fallback_oil"].slug, cleaned["default_carrier"].slug
            show_problems(self, problems_with_special_oils(*oils))
        return cleaned


def show_problems(form: forms.BaseForm, problems: list[CatalogueProblem]) -> None:
    """Each problem beside its field; above the form where the field is not shown or the trouble is elsewhere."""
    for problem in problems:
        beside = problem.field if problem.field in form.fields else None
        own = beside or problem.where == form.data.get("slug")
        form.add_error(beside, problem.text[:1].upper() + problem.text[1:] if own else str(problem))
