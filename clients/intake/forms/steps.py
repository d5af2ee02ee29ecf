"""What the pages of the intake are made of: a form for one thought, its choices as cards, and “none of these”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from clients.care import Catalogue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Choice = tuple[str, SafeString]
Group = tuple["StrOrPromise", list[Choice]]
NONE_OF_THESE = "none"
CARDS, CARDS_TWO = "choice-cards", "choice-cards choice-cards-two"
PAIN_SCALE = [(score, str(score)) for score in range(11)]
OTHER_GROUP = _("Anything else")


class Choosable(Protocol):
    """What a choice needs of a word of the catalogue."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def switched_off(self) -> bool: ...


def card_label(name: StrOrPromise, note: str = "") -> SafeString:
    """The label of one choice: its name, and a quieter line below. Both are escaped."""
    if not note:
        return format_html("{}", name)
    return format_html('<strong>{}</strong><span class="choice-note">{}</span>', name, note)


def term_choices(terms: Iterable[Choosable], *, notes: bool = True) -> list[tuple[str, SafeString]]:
    """What can be ticked: every term that the practice has not switched off."""
    return [
        (term.slug, card_label(term.name, getattr(term, "text", "") if notes else ""))
        for term in terms
        if not term.switched_off
    ]


def choices_in_groups(titles: Mapping[str, StrOrPromise], found: Iterable[tuple[str, Choice]]) -> list[Group]:
    """Choices under the titles of their groups, in the order of `titles`; groups with one title are one."""
    groups: dict[StrOrPromise, list[Choice]] = {}
    for group, choice in found:
        groups.setdefault(titles.get(group, OTHER_GROUP), []).append(choice)
    return [(title, groups[title]) for title in dict.fromkeys([*titles.values(), OTHER_GROUP]) if title in groups]


class TickField(forms.MultipleChoiceField):
    """As many as fit, as cards. `none` adds a true “none of these” at the end."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, terms: Iterable[Choice | Group], none: StrOrPromise = "", **options: Any) -> None:
        ends = [(NONE_OF_THESE, card_label(none))] if none else []
        super().__init__(choices=[*terms, *ends], required=False, **options)


class StepForm(forms.Form):
    """One page. `saved` are the answers already given on it; nothing else is ever filled in."""

    wrappers: Mapping[str, str] = {}

    def __init__(self, data: Any = None, *, catalogue: Catalogue, saved: Mapping[str, Any], **more: Any) -> None:
        super().__init__(data, initial=self.shown(saved), label_suffix="")
        self.catalogue = catalogue
        self.build(catalogue, **more)

    def build(self, catalogue: Catalogue, **more: Any) -> None:
        """Add the fields that depend on the catalogue or on earlier answers."""

    @staticmethod
    def shown(saved: Mapping[str, Any]) -> dict[str, Any]:
        """The saved answers as this page's fields show them."""
        return dict(saved)

    def answers(self) -> dict[str, Any]:
        """The page's answers, for `save_step`."""
        return dict(self.cleaned_data)

    def refuse(self, field: str | None, message: str) -> None:
        """Put a refusal beside the question it is about."""
        self.add_error(field if field in self.fields else None, message)

    @property
    def helper(self) -> FormHelper:
        """The crispy layout; the wrapper classes carry the looks."""
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*(Field(name, wrapper_class=self.wrappers.get(name, "")) for name in self.fields))
        return helper


def with_none_ticked(saved: Mapping[str, Any], name: str) -> list[str]:
    """Saved ticks, or the tick at “none of these”."""
    return list(saved.get(name, [])) or ([NONE_OF_THESE] if saved.get("none") is True else [])


def split_none(ticked: list[str]) -> tuple[list[str], bool]:
    """The ticks without “none of these”, and whether that was ticked."""
    return [slug for slug in ticked if slug != NONE_OF_THESE], NONE_OF_THESE in ticked
