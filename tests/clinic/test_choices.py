"""Lists of choices are drawn quickly, and as Django would draw them."""

from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.forms.widgets import ChoiceWidget
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

from clinic.choices import DRAWN, Renderer

CHOICES: Any = [
    ("", "-"),
    (1, "one"),
    (2000, 2000),
    ("<b>", "less & <more>"),
    ("it's", gettext_lazy("Yes")),
    (None, "none at all"),
    ("Warm & cold", [("a", "“warm”"), ("b", "cold")]),
]
WIDGETS = [forms.Select, forms.SelectMultiple, forms.RadioSelect, forms.CheckboxSelectMultiple]
ATTRS: list[dict[str, Any]] = [
    {},
    {"id": "id_x", "class": "ticks & more", "aria-label": 'The "level"', "required": True, "disabled": False},
]


@pytest.mark.parametrize("attrs", ATTRS)
@pytest.mark.parametrize("value", [None, "", "a", 1, "<b>", ["a", "1"]])
@pytest.mark.parametrize("widget", WIDGETS)
def test_a_list_is_what_django_would_draw(widget: type[ChoiceWidget], value: Any, attrs: dict[str, Any]) -> None:
    if isinstance(value, list) and not widget.allow_multiple_selected:
        value = value[0]
    drawn = widget(attrs, CHOICES)
    ours = drawn.render("a&b", value, renderer=Renderer())
    assert parse_html(ours) == parse_html(drawn.render("a&b", value, renderer=DjangoTemplates()))
    assert "<b>" not in ours


def test_every_form_is_drawn_so() -> None:
    assert isinstance(get_default_renderer(), Renderer)
    assert {widget.template_name for widget in WIDGETS} == set(DRAWN)


def test_a_list_that_is_not_ours_is_djangos() -> None:
    assert "checkbox" in forms.CheckboxInput().render("x", True, renderer=Renderer())
