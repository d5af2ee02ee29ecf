"""How long lists of choices are drawn: in Python, because a page of thirty health rules has three thousand options.

Django draws each option with a template that includes two more, which takes a second for such a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape, escape
from django.utils.safestring import SafeString, mark_safe


class Renderer(DjangoTemplates):
    """Django's own, and quick with lists. What it draws is what Django's templates would, but for white space."""

    def render(self, template_name: str, context: Mapping[str, Any], request: Any = None) -> SafeString:
        """The field `context["widget"]` as HTML."""
        draw = DRAWN.get(template_name)
        if draw is None:
            return mark_safe(super().render(template_name, dict(context), request))  # noqa: S308 - rendered, so escaped
        return mark_safe(draw(context["widget"]))  # noqa: S308 - every part is escaped below


def attributes(attrs: Mapping[str, Any]) -> str:
    """As in django/forms/widgets/attrs.html: True stands by its name alone, False is left out."""
    told = ((escape(name), value) for name, value in attrs.items() if value is not False)
    return "".join(f" {name}" if value is True else f' {name}="{escape(value)}"' for name, value in told)


def label_as_text(label: object) -> str:
    """A label as a template shows it."""
    text: Any = localize(label)
    return conditional_escape(text)


def render_select(widget: Mapping[str, Any]) -> str:
    """A box to choose from."""
    parts = [f'<select name="{escape(widget["name"])}"{attributes(widget["attrs"])}>']
    for group, options, _index in widget["optgroups"]:
        drawn = "\n".join(
            f'<option value="{escape(option["value"])}"{attributes(option["attrs"])}>'
            f"{label_as_text(option['label'])}</option>"
            for option in options
        )
        parts.append(f'<optgroup label="{escape(group)}">\n{drawn}\n</optgroup>' if group else drawn)
    return "\n".join([*parts, "</select>"])


def render_ticks(widget: Mapping[str, Any]) -> str:
    """A list to tick, one or many."""
    own = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    parts = [f"<div{attributes(own)}>"]
    for group, options, _index in widget["optgroups"]:
        drawn = "\n".join(f"<div>\n{render_tick(option)}</div>" for option in options)
        parts.append(f"<div><label>{label_as_text(group)}</label>\n{drawn}\n</div>" if group else drawn)
    return "\n".join([*parts, "</div>"])


def render_tick(option: Mapping[str, Any]) -> str:
    """One of them, with its words."""
    value = "" if option["value"] is None else f' value="{escape(option["value"])}"'
    box = f'<input type="{escape(option["type"])}" name="{escape(option["name"])}"{value}{attributes(option["attrs"])}>'
    if not option["wrap_label"]:
        return box
    place = {"for": option["attrs"]["id"]} if option["attrs"].get("id") else {}
    return f"<label{attributes(place)}>{box} {label_as_text(option['label'])}</label>"


DRAWN = {
    "django/forms/widgets/select.html": render_select,
    "django/forms/widgets/checkbox_select.html": render_ticks,
    "django/forms/widgets/radio.html": render_ticks,
}
