"""What the pages of the intake are made of: a form for one page, its choices, and “none of these”."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue
from clients.intake.answers import IntakeAnswers
from clients.intake.common_answers import common_first
from clients.intake.fields import field_of, is_asked, options_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Choice = tuple[str, "StrOrPromise"]
NONE_OF_THESE = "none"
PAIN_SCALE = [(str(score), str(score)) for score in range(11)]


class NamedTerm(Protocol):
    """What a choice needs of an entry of the catalogue."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Asking:
    """What a page needs beside the answers saved on it: the catalogue, the answers so far, and who is asked."""

    step: str
    catalogue: Catalogue
    given: IntakeAnswers
    words: Callable[[str], str]
    signs: Collection[str] = ()
    ask_birth: bool = True
    hot_stone: bool = False
    minor: bool = False
    text_hash: str = ""
    from_last: bool = False
    """Whether the page is filled in with last time's answers."""

    def asks(self, name: str) -> bool:
        """Whether this form, short or full, asks a question of the catalogue."""
        return is_asked(self.catalogue, name, short=self.given.short)

    def label(self, name: str) -> str:
        """The words of a question of the catalogue."""
        return self.words(field_of(self.catalogue, name).ask)


class StepBoundField(forms.BoundField):
    """A field whose long list of choices stands in parts: the common ones, the rest, and “none of these”."""

    @property
    def first(self) -> list[Any]:
        """The choices that are always seen."""
        return [each for each in self.subwidgets if each.data["value"] not in {*self.rest, NONE_OF_THESE}]

    @property
    def more(self) -> list[Any]:
        """The choices behind “More”."""
        return [each for each in self.subwidgets if each.data["value"] in self.rest]

    @property
    def last(self) -> list[Any]:
        """“None of these”, where it is a choice."""
        return [each for each in self.subwidgets if each.data["value"] == NONE_OF_THESE]

    @property
    def more_open(self) -> bool:
        """Whether something behind “More” is ticked, so that it stands open."""
        return any(each.data["selected"] for each in self.more)

    @property
    def rest(self) -> Collection[str]:
        """The slugs behind “More”."""
        return self.field.rest if isinstance(self.field, TickField) else ()


class TickField(forms.MultipleChoiceField):
    """As many as fit. Of a long list the `common` ones come first; `none` adds a true “none of these” at the end."""

    widget = forms.CheckboxSelectMultiple

    def __init__(
        self, *, terms: Iterable[Choice], common: tuple[str, ...] = (), none: StrOrPromise = "", **options: Any
    ) -> None:
        named = dict(terms)
        first, self.rest = common_first(list(named), common) if common else (list(named), [])
        ends: list[Choice] = [(NONE_OF_THESE, none)] if none else []
        choices = [*((slug, named[slug]) for slug in (*first, *self.rest)), *ends]
        super().__init__(choices=choices, required=False, **options)


def pick(
    label: StrOrPromise,
    choices: Iterable[Choice],
    *,
    required: bool = False,
    kind: type[forms.ChoiceField] = forms.ChoiceField,
    **options: Any,
) -> forms.ChoiceField:
    """One of a few, as dots."""
    field = kind(label=label, choices=list(choices), required=required, widget=forms.RadioSelect, **options)
    field.error_messages["required"] = _("Please choose one.")
    return field


class YesNoField(forms.TypedChoiceField):
    """A yes or no; None where neither was chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=lambda chosen: chosen == "yes", empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)


def yes_no(label: StrOrPromise, *, required: bool = False, help_text: StrOrPromise = "") -> forms.ChoiceField:
    """A question to be answered yes or no."""
    return pick(label, [("yes", _("Yes")), ("no", _("No"))], required=required, kind=YesNoField, help_text=help_text)


def line(label: StrOrPromise, *, help_text: StrOrPromise = "", autocomplete: str = "off") -> forms.CharField:
    """One line in own words. No `maxlength`: it would cut a pasted text in silence; too long is refused and kept."""
    attrs = {"class": "form-control", "autocomplete": autocomplete}
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs=attrs))


def text_area(label: StrOrPromise, *, help_text: StrOrPromise = "") -> forms.CharField:
    """Own words, of any length that we can keep."""
    attrs = {"class": "form-control", "rows": 2}
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.Textarea(attrs=attrs))


def choices_of(terms: Iterable[NamedTerm], words: Callable[[str], str], *, notes: bool = False) -> list[Choice]:
    """Entries of the catalogue as choices; with `notes`, a quiet line that a tick brings up."""
    return [
        (term.id, with_note(words(term.name), words(getattr(term, "text", ""))) if notes else words(term.name))
        for term in terms
    ]


def with_note(name: StrOrPromise, note: str) -> SafeString:
    """The label of a choice with a quieter line. Both are escaped."""
    if not note:
        return format_html("{}", name)
    return format_html('{}<span class="choice-note">{}</span>', name, note)


class StepForm(forms.Form):
    """One page. `saved` are the answers already given on it, or last time's; nothing else is ever filled in."""

    bound_field_class = StepBoundField

    def __init__(self, data: Any = None, *, saved: Mapping[str, Any], asking: Asking) -> None:
        super().__init__(data, initial=self.shown(saved), label_suffix="")
        self.asking, self.catalogue, self.given = asking, asking.catalogue, asking.given
        self.saved = saved
        self.build()
        for name in self.fields:
            if data is not None and self[name].errors:
                self.fields[name].widget.attrs |= {"aria-invalid": "true"}

    def build(self) -> None:
        """Add the fields that the catalogue, the form and the answers so far call for."""

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        """The saved answers as this page's fields show them."""
        return dict(saved)

    def answers(self) -> dict[str, Any]:
        """The page's answers, for `save_step`. What this form does not ask stays as it was saved."""
        return {**self.saved, **self.cleaned_data}

    def refuse(self, field: str | None, message: StrOrPromise) -> None:
        """Put a refusal beside the question it is about."""
        self.add_error(field if field in self.fields else None, message)

    def option_field(self, name: str, question: str) -> None:
        """Add a question of the catalogue with its options, one of them to be chosen."""
        if self.asking.asks(question):
            self.fields[name] = pick(self.short_label(question), options_of(self.catalogue, question))

    def ticks_field(self, name: str, question: str) -> None:
        """Add a question of the catalogue with its options, as many as fit."""
        if self.asking.asks(question):
            options = options_of(self.catalogue, question)
            self.fields[name] = TickField(terms=options, label=self.short_label(question))

    def short_label(self, question: str) -> str:
        """A question whose options stand below it, without those that it lists in brackets."""
        return self.asking.label(question).partition(" (")[0]


def with_none_ticked(saved: Mapping[str, Any], name: str) -> list[str]:
    """Saved ticks, or the tick at “none of these”."""
    return list(saved.get(name, [])) or ([NONE_OF_THESE] if saved.get("none") is True else [])


def split_none(ticked: list[str]) -> tuple[list[str], bool]:
    """The ticks without “none of these”, and whether that was ticked."""
    return [slug for slug in ticked if slug != NONE_OF_THESE], NONE_OF_THESE in ticked
