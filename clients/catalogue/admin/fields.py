"""The fields of an entry's page, by kind of entry: how each is asked and how the file writes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue, Kind, Level, Triage
from clients.care.levels import Grade
from clients.care.plans import MAIL_MOMENTS
from clients.models import EntryKind

Choices = list[tuple[str, str]]


@dataclass(frozen=True)
class EntryField:
    """One field: its name in the file ("fit.symptoms" lies inside), and how its form field is made.

    `plain`: what the file leaves out when the field is empty.
    """

    name: str
    make: Callable[[Catalogue], forms.Field]
    plain: Any = ""


def text(label: Any, *, rows: int = 0, required: bool = False, hint: Any = "") -> Callable[[Catalogue], forms.Field]:
    """Words; `rows` for several lines."""
    widget = forms.Textarea(attrs={"rows": rows, "cols": 80}) if rows else forms.TextInput(attrs={"size": 80})
    return lambda _catalogue: forms.CharField(label=label, required=required, widget=widget, help_text=hint)


def number(label: Any, *, decimal: bool = False) -> Callable[[Catalogue], forms.Field]:
    """A number from 0, whole unless `decimal`."""
    field = forms.FloatField if decimal else forms.IntegerField
    return lambda _catalogue: field(label=label, required=False, min_value=0)


def tick(label: Any, *, hint: Any = "") -> Callable[[Catalogue], forms.Field]:
    """Yes or no."""
    return lambda _catalogue: forms.BooleanField(label=label, required=False, help_text=hint)


def one(
    label: Any, choices: Callable[[Catalogue], Choices], *, required: bool = False
) -> Callable[[Catalogue], forms.Field]:
    """One of several."""
    return lambda catalogue: forms.ChoiceField(
        label=label, required=required, choices=[*([] if required else [("", "---")]), *choices(catalogue)]
    )


def several(
    label: Any, choices: Callable[[Catalogue], Choices], *, ticks: bool = False
) -> Callable[[Catalogue], forms.Field]:
    """Any of several, as ticks or as a list to pick from."""

    def make(catalogue: Catalogue) -> forms.Field:
        widget: forms.Widget
        widget = (
            forms.CheckboxSelectMultiple(attrs={"class": "ticks"}) if ticks else forms.SelectMultiple(attrs={"size": 8})
        )
        return forms.MultipleChoiceField(label=label, required=False, choices=choices(catalogue), widget=widget)

    return make


class LinesField(forms.CharField):
    """Several texts, one on each line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 4, "cols": 80}), **options)

    def prepare_value(self, value: Any) -> Any:
        """The lines as one text."""
        return "\n".join(str(each) for each in value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        """The lines that are not blank."""
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


def lines(label: Any, *, hint: Any = "") -> Callable[[Catalogue], forms.Field]:
    """Several texts, one on each line."""
    return lambda _catalogue: LinesField(label=label, required=False, help_text=hint or _("One on each line."))


def of_section(section: str, catalogue: Catalogue) -> Choices:
    """The entries of a section, by name."""
    return [(each.id, getattr(each, "name", each.id)) for each in getattr(catalogue, section)]


def of_tags(catalogue: Catalogue) -> Choices:
    """The dangers, each with what it means."""
    return [(slug, f"{tag.name}: {tag.means}") for slug, tag in catalogue.tags.items()]


def of_sources(catalogue: Catalogue) -> Choices:
    """The sources, as they are cited."""
    return [(slug, source.cite) for slug, source in catalogue.sources.items()]


def of_groups_of_causes(catalogue: Catalogue) -> Choices:
    """The groups of causes."""
    return [(group, group) for group in dict.fromkeys(cause.group for cause in catalogue.causes)]


def of_values(values: Sequence[str], _catalogue: Catalogue) -> Choices:
    """Words of the file that are their own labels."""
    return [(value, value) for value in values]


symptoms, causes, onset, areas = (partial(of_section, name) for name in ("symptoms", "causes", "onset", "areas"))
conditions, tips, oils = (partial(of_section, name) for name in ("conditions", "home_care", "oils"))
techniques, flags = (partial(of_section, name) for name in ("techniques", "red_flags"))
worse, better = (partial(of_section, name) for name in ("aggravating_factors", "relieving_factors"))
levels = partial(of_values, [level.value for level in Level])
triages = partial(of_values, [action.value for action in Triage])
grades = partial(of_values, [grade.value for grade in Grade])
kinds = partial(of_values, [kind.value for kind in Kind])

NAME = EntryField("name", text(_("Name"), required=True))
TEXT = EntryField("text", text(_("Text"), rows=4, required=True, hint=_("What the client reads: at most 60 words.")))
TAGS = EntryField("tags", several(_("Dangers it carries"), of_tags, ticks=True), plain=None)
OFF = EntryField(
    "off_by_default", tick(_("Switched off"), hint=_("No longer proposed. Plans already given keep it.")), False
)
REVIEW = EntryField("review", tick(_("The therapist looks first")), False)
REGIONS = EntryField(
    "off_in_regions", lines(_("Off in regions"), hint=_("EU, UK or a country code, one on each line.")), []
)
EVIDENCE = (
    EntryField("evidence.grade", one(_("How sure we are"), grades, required=True)),
    EntryField("evidence.note", text(_("Why"), rows=3, required=True)),
    EntryField("evidence.source", several(_("Sources"), of_sources), plain=None),
    EntryField("evidence.checked", text(_("Last checked (year-month)"), required=True)),
)
FIT = (
    EntryField("fit.symptoms", several(_("Suits these symptoms"), symptoms), []),
    EntryField("fit.causes", several(_("Suits these causes"), causes), []),
    EntryField("fit.onset", several(_("Suits these beginnings"), onset), []),
)
FIT_OF_TIPS = (
    *FIT,
    EntryField("fit.areas", several(_("Suits these places"), areas), []),
    EntryField("fit.aggravating", several(_("Suits what makes it worse"), worse), []),
    EntryField("fit.relieving", several(_("Suits what makes it better"), better), []),
    EntryField("fit.conditions", several(_("Suits these conditions"), conditions), []),
)
OIL_KINDS = ("essential-oil", "blend", "infused-oil", "carrier", "none")
ROLES = ("open", "safety", "relief", "move", "habit", "care", "more")

FIELDS: dict[str, tuple[EntryField, ...]] = {
    EntryKind.OIL: (
        *(NAME, EntryField("kind", one(_("Kind"), partial(of_values, OIL_KINDS), required=True)), TEXT),
        EntryField("latin", text(_("Latin name")), plain=None),
        EntryField("dose", text(_("How much"), rows=2, required=True)),
        *(TAGS, *FIT),
        EntryField("relax", tick(_("Also for who comes to relax")), False),
        EntryField("house_percent", number(_("The practice's most, %"), decimal=True), None),
        EntryField("max_percent", number(_("Published most, %"), decimal=True), None),
        EntryField("max_note", text(_("About the published most"))),
        EntryField(
            "aliases", lines(_("Other names"), hint=_("As clients may name it in an allergy, one on each line.")), []
        ),
        EntryField("contains", several(_("Contains"), oils), []),
        EntryField("allergens", lines(_("Allergens to declare")), []),
        EntryField("legal", text(_("Legal note"), rows=2)),
        *(REVIEW, OFF, REGIONS, *EVIDENCE),
    ),
    EntryKind.TIP: (
        *(NAME, EntryField("role", one(_("Role"), partial(of_values, ROLES), required=True)), TEXT),
        EntryField("dose", text(_("How much"), rows=2)),
        EntryField("steps", lines(_("Steps")), []),
        EntryField("video", text(_("Address of your own video"))),
        *(TAGS, *FIT_OF_TIPS),
        EntryField("answers", several(_("Answers these causes"), causes), []),
        EntryField("now", tick(_("Can be the one thing this week")), False),
        EntryField("instead", one(_("When it is held back, give instead"), tips)),
        EntryField("email", tick(_("May go by e-mail")), True),
        *(REVIEW, OFF, REGIONS, *EVIDENCE),
    ),
    EntryKind.TEXT: (
        *(NAME, EntryField("moment", one(_("Moment"), partial(of_values, MAIL_MOMENTS), required=True)), TEXT),
        EntryField("techniques", several(_("Only with these kinds of massage"), techniques, ticks=True), []),
        EntryField("rank", number(_("Rank (lowest first)")), None),
        EntryField("topic", text(_("Topic (one text of each)"), required=True)),
        *(TAGS, OFF, *EVIDENCE),
    ),
    EntryKind.TECHNIQUE: (NAME, TEXT, EntryField("default_minutes", number(_("Usual minutes")), None), TAGS, *EVIDENCE),
    EntryKind.ADD_ON: (NAME, TEXT, TAGS, OFF),
    EntryKind.RECOMMENDATION: (
        *(NAME, EntryField("technique", one(_("Kind of massage"), techniques, required=True))),
        EntryField("levels", several(_("Where it suits"), levels, ticks=True), plain=None),
        EntryField("minutes", number(_("Minutes")), None),
        EntryField("every_days", number(_("Every so many days")), None),
        EntryField("visits", number(_("How often")), None),
        EntryField("because", text(_("Why"), rows=3, required=True)),
        *(OFF, *EVIDENCE),
    ),
    EntryKind.CONDITION: (
        *(NAME, EntryField("group", one(_("Group"), partial(of_section, "groups"), required=True))),
        EntryField("ask", text(_("Question"), rows=2, required=True)),
        EntryField("text", text(_("Why we ask"), rows=2)),
        EntryField("help", text(_("When to get help"), rows=2, hint=_("Stands on every plan of who has it."))),
        EntryField("triage", one(_("Asks for"), triages)),
        EntryField("implies", several(_("Implies"), conditions), []),
        EntryField("where", tick(_("The client is asked where")), False),
        EntryField(
            "named_by", lines(_("Words that mean it"), hint=_("In an allergy in own words, one on each line.")), []
        ),
        EntryField("lasts_days", number(_("Passes after so many days")), None),
    ),
    EntryKind.RED_FLAG: (
        *(NAME, EntryField("question", text(_("Question"), rows=3, required=True)), TEXT),
        EntryField("action", one(_("A yes asks for"), triages, required=True)),
        EntryField("checked", one(_("Known, and looked at by a doctor"), triages)),
        EntryField("booking", tick(_("Asked before a booking")), False),
        EntryField("why", text(_("What it could be"), required=True)),
        EntryField("source", several(_("Sources"), of_sources), plain=None),
    ),
    EntryKind.SYMPTOM: (NAME, TEXT, EntryField("pain", tick(_("Is pain")), False)),
    EntryKind.CAUSE: (NAME, TEXT, EntryField("group", one(_("Group"), of_groups_of_causes, required=True))),
    EntryKind.CLAIM: (
        EntryField("name", text(_("Name"))),
        EntryField("seed_says", text(_("What is claimed"), rows=2, required=True)),
        EntryField("finding", text(_("What was found"), rows=2, required=True)),
        EntryField("say", text(_("What we say"), rows=2, required=True)),
        EntryField("source", several(_("Sources"), of_sources), plain=None),
    ),
    EntryKind.SOURCE: (
        EntryField("cite", text(_("Citation"), rows=2, required=True)),
        EntryField("doi", text(_("DOI"))),
        EntryField("url", text(_("Address"))),
        EntryField("unverified", tick(_("Not read in the original")), False),
    ),
}

# What one line of a gate can name, and the fields of its row; "not_x" where the file knows it.
GATE_FIELDS: dict[str, tuple[Any, Callable[[Catalogue], Choices]]] = {
    "symptoms": (_("Symptoms"), symptoms),
    "not_symptoms": (_("Not with symptoms"), symptoms),
    "areas": (_("Places"), areas),
    "not_areas": (_("Not at places"), areas),
    "not_only_areas": (_("Not only at"), areas),
    "onset": (_("Since"), onset),
    "not_onset": (_("Not since"), onset),
    "causes": (_("Causes"), causes),
    "not_causes": (_("Not with causes"), causes),
    "conditions": (_("Conditions"), conditions),
    "not_conditions": (_("Not with conditions"), conditions),
    "aggravating": (_("Worse with"), worse),
    "relieving": (_("Better with"), better),
    "not_relieving": (_("Not better with"), better),
    "flags": (_("Warning signs"), flags),
    "technique": (_("Kind of massage"), techniques),
}
GATES: dict[str, tuple[str, ...]] = {
    EntryKind.OIL: ("when",),
    EntryKind.TIP: ("when", "urgent_when"),
    EntryKind.TEXT: ("when",),
    EntryKind.RECOMMENDATION: ("when",),
    EntryKind.RED_FLAG: ("ask_when", "assume_when"),
    EntryKind.CONDITION: ("ask_when",),
}
