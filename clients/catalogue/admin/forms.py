"""The page of one entry: a form of its fields, rows for its bars and its gates, and back to the file's form."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue, Level
from clients.catalogue import Data
from clients.catalogue.admin.fields import (
    FIELDS,
    GATE_FIELDS,
    GATES,
    EntryField,
    kinds,
    of_sources,
    of_tags,
    several,
)
from clients.models import EntryKind

BAR_LEVELS = [level.value for level in Level if level is not Level.OK]
MORE_ROWS = 1
# An empty choice first: a row that nobody touched is none.
LEVEL_CHOICES = [("", "---"), *((level, level) for level in BAR_LEVELS)]
# What a line of a gate says on its page as the file does.
LINE_NAMES = (*GATE_FIELDS, "complaint", "pain_min", "age_min", "age_max")


def form_name(field: EntryField) -> str:
    """The name of a field in the form: "fit.symptoms" as "fit__symptoms"."""
    return field.name.replace(".", "__")


def value_in(entry: Data, path: str) -> Any:
    """What lies at "fit.symptoms" in an entry; None where it is not there."""
    found: Any = entry
    for step in path.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def put(entry: dict[str, Any], path: str, value: Any) -> None:
    """Write a value at a path; None takes it away, and an inner mapping that has become empty with it."""
    *outer, last = path.split(".")
    inner = entry
    for step in outer:
        inner = inner.setdefault(step, {})
    if value is None:
        inner.pop(last, None)
        if outer and not inner:
            entry.pop(outer[0], None)
    else:
        inner[last] = value


class EntryForm(forms.Form):
    """One entry. A new one is named by its slug."""

    slug = forms.CharField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens; it never changes."),
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Small letters, digits and hyphens, please."))],
    )
    reason = forms.CharField(
        label=_("Why dangers were taken off"), required=False, max_length=300, help_text=_("A sentence, for the team.")
    )

    def __init__(self, *args: Any, kind: str, catalogue: Catalogue, entry: Data | None, **options: Any) -> None:
        self.kind, self.entry, self.catalogue = kind, entry, catalogue
        self.strict = strict_tags(kind, entry, catalogue)
        super().__init__(*args, **{"initial": self.values(kind, entry or {}), **options})
        if entry is not None:
            del self.fields["slug"]
        if not any(field.name == "tags" for field in FIELDS[kind]):
            del self.fields["reason"]
        for field in FIELDS[kind]:
            self.fields[form_name(field)] = field.make(catalogue)
        if "reason" in self.fields:
            self.fields["reason"] = self.fields.pop("reason")

    def values(self, kind: str, entry: Data) -> dict[str, Any]:
        """What the fields begin with; a new item has every danger of its kind ticked."""
        found = {form_name(field): value_in(entry, field.name) for field in FIELDS[kind]}
        if not entry and "tags" in found:
            found["tags"] = list(self.strict)
        if found.get("email") is None and "email" in found:
            found["email"] = True
        return found

    def clean(self) -> dict[str, Any]:
        """Who takes a danger off says why."""
        found = super().clean() or {}
        taken_off = set(self.strict) - set(found.get("tags", ()))
        if "reason" in self.fields and taken_off and len(found.get("reason", "").split()) < 3:
            self.add_error("reason", _("You took dangers off. Please say why, in a sentence."))
        return found

    def as_entry(self, slug: str) -> dict[str, Any]:
        """The entry as the file writes it: the former one with what the form says."""
        entry: dict[str, Any] = copy.deepcopy(dict(self.entry or {}))
        if self.kind != EntryKind.SOURCE:
            entry = {"id": slug, **entry}
        if self.kind == EntryKind.CLAIM:
            entry = {"seed": "practice", "refs": [], **entry}
        for field in FIELDS[self.kind]:
            value = self.cleaned_data[form_name(field)]
            if value == value_in(entry, field.name):
                continue
            put(entry, field.name, None if value in ("", None) or value == field.plain else value)
        return entry


def strict_tags(kind: str, entry: Data | None, catalogue: Catalogue) -> tuple[str, ...]:
    """The dangers that may be taken off only with a reason: all of its kind for a new item, its own for another."""
    if entry is not None:
        return tuple(entry.get("tags", ()))
    names = {EntryKind.OIL: "essential-oil", EntryKind.TIP: "tip", EntryKind.TECHNIQUE: "technique"}
    name = names.get(EntryKind(kind), "addon" if kind == EntryKind.ADD_ON else "")
    return catalogue.meta.oils.new_item_tags.get(name, ())


class BarForm(forms.Form):
    """One bar of a condition: dangers, level, reason."""

    level = forms.ChoiceField(label=_("Level"), choices=LEVEL_CHOICES)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2, "cols": 60}))
    therapist_only = forms.BooleanField(label=_("Only the therapist reads it"), required=False)
    # Ticked for a new one: a dose too few is asked for, a dose too much is followed.
    sets_dose = forms.BooleanField(label=_("It says how much, in place of the dose"), required=False, initial=True)
    unknown = forms.ChoiceField(label=_("While no place is known"), required=False, choices=LEVEL_CHOICES)

    def __init__(self, *args: Any, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tags"] = several(_("Dangers"), of_tags)(catalogue)
        self.fields["tags"].required = True
        self.fields["except_kinds"] = several(_("But not for"), kinds, ticks=True)(catalogue)
        self.fields["source"] = several(_("Sources"), of_sources)(catalogue)

    @staticmethod
    def begin(bar: Data) -> dict[str, Any]:
        """The fields of a bar in the file."""
        level = next(level for level in BAR_LEVELS if level in bar)
        return {
            **bar,
            "level": level,
            "tags": bar[level],
            "therapist_only": bar.get("to") == "therapist",
            "sets_dose": "sets_dose" in bar,
        }

    def written(self) -> dict[str, Any]:
        """The bar as the file writes it."""
        found = self.cleaned_data
        bar = {found["level"]: found["tags"], "reason": found["reason"]}
        bar |= {name: found[name] for name in ("unknown", "except_kinds", "sets_dose", "source") if found[name]}
        return {**bar, "to": "therapist"} if found["therapist_only"] else bar


class RuleForm(forms.Form):
    """A true exception: what one condition means for this item alone."""

    level = forms.ChoiceField(label=_("Level"), choices=LEVEL_CHOICES)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 2, "cols": 60}))

    def __init__(self, *args: Any, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [(each.id, each.name) for each in catalogue.conditions]
        self.fields["condition"] = forms.ChoiceField(label=_("Condition"), choices=[("", "---"), *choices])

    @staticmethod
    def begin(rule: Data) -> dict[str, Any]:
        """The fields of a rule in the file."""
        return dict(rule)

    def written(self) -> dict[str, Any]:
        """The rule as the file writes it."""
        return {name: self.cleaned_data[name] for name in ("condition", "level", "reason")}


class GateForm(forms.Form):
    """One line of a gate: all that is chosen must hold. What has no field here is kept as it is."""

    complaint = forms.BooleanField(label=_("Only with a complaint"), required=False)
    goal = forms.BooleanField(label=_("Only who comes to relax"), required=False)
    kept = forms.JSONField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, catalogue: Catalogue, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (label, choices) in GATE_FIELDS.items():
            self.fields[name] = several(label, choices)(catalogue)
        for name, label in (("pain_min", _("Pain from")), ("age_min", _("Age from")), ("age_max", _("Age up to"))):
            self.fields[name] = forms.IntegerField(label=label, required=False, min_value=0)

    def clean_kept(self) -> dict[str, Any]:
        """Only what this page wrote itself: a mapping, or nothing."""
        kept = self.cleaned_data["kept"]
        if kept and not isinstance(kept, dict):
            raise forms.ValidationError(_("Please load the page anew."))
        return kept or {}

    @staticmethod
    def begin(line: Data) -> dict[str, Any]:
        """The fields of a line in the file."""
        kept = {name: value for name, value in line.items() if name not in LINE_NAMES and line.get("goal") != ["relax"]}
        return {**line, "goal": line.get("goal") == ["relax"], "kept": kept}

    def written(self) -> dict[str, Any]:
        """The line as the file writes it."""
        found = self.cleaned_data
        line = {**found["kept"], **{name: found[name] for name in LINE_NAMES if found[name] not in (None, [], False)}}
        return {**line, "goal": ["relax"]} if found["goal"] else line


def rows_of(kind: str) -> dict[str, type[BarForm | RuleForm | GateForm]]:
    """The lists of an entry that are edited as rows."""
    found: dict[str, type[BarForm | RuleForm | GateForm]] = dict.fromkeys(GATES.get(kind, ()), GateForm)
    if kind == EntryKind.CONDITION:
        found["bars"] = BarForm
    if kind in (EntryKind.OIL, EntryKind.TIP, EntryKind.TEXT, EntryKind.TECHNIQUE, EntryKind.ADD_ON):
        found["rules"] = RuleForm
    return found


def formsets(kind: str, entry: Data, catalogue: Catalogue, posted: Any = None) -> dict[str, Any]:
    """A formset for each list of rows, filled from the entry or from what was posted."""
    found = {}
    for name, form in rows_of(kind).items():
        made = forms.formset_factory(form, extra=MORE_ROWS, can_delete=True)
        begin = [form.begin(row) for row in entry.get(name, ())]
        found[name] = made(posted, prefix=name, initial=begin, form_kwargs={"catalogue": catalogue})
    return found


def rows_written(formset: Any) -> list[dict[str, Any]]:
    """The rows that are neither empty nor marked to go."""
    return [
        row.written()
        for row in formset.forms
        if row.cleaned_data and not row.cleaned_data.get("DELETE") and (row.has_changed() or row.initial)
    ]
