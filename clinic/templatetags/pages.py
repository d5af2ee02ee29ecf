"""What pages are built from: a title that is the heading too, cards and sections, forms, and buttons that send one."""

from typing import Any

from django import forms, template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def kept(content: str) -> str:
    """A piece of a page, to be shown more than once: `{% kept as title %}...{% endkept %}`."""
    return content


@register.simple_block_tag
def card(content: str, key: str, title: str, look: str = "") -> SafeString:
    """A section of a page in a frame, under a heading whose id is `key`-title; `look`: further classes."""
    inner = format_html('<div class="card-body"><h2 id="{}-title">{}</h2>{}</div>', key, title, content)
    whole = '<section class="{}" aria-labelledby="{}-title">{}</section>'
    return format_html(whole, f"card {look}".strip(), key, inner)


@register.simple_block_tag
def section(content: str, key: str, title: str, look: str = "") -> SafeString:
    """A section of a page, under a heading whose id is `key`-title; `look`: its class."""
    opened = format_html(' class="{}"', look) if look else ""
    whole = '<section aria-labelledby="{0}-title"{1}><h2 id="{0}-title">{2}</h2>{3}</section>'
    return format_html(whole, key, opened, title, content)


@register.simple_tag
def head_row(*names: str) -> SafeString:
    """The first row of a table, which names its columns."""
    cells = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in names))
    return format_html("<thead><tr>{}</tr></thead>", cells)


@register.inclusion_tag("includes/empty_state.html")
def empty_state(title: str, text: str, url: str = "", label: str = "") -> dict[str, str]:
    """What stands where a list has nothing, and the way to what to do instead."""
    return {"title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("includes/send_form.html", takes_context=True)
def send_form(
    context: Context, form: forms.BaseForm, page: str = "", *args: Any, text: str, **more: str | bool
) -> dict[str, Any]:
    """A form with one button; it posts to the page of a name with these arguments, else to where it stands. `look` is
    the end of the button's class; where it `is_checked` the browser asks for what is missing before it sends it."""
    url, token = reverse(page, args=args) if page else "", context.get("csrf_token")
    return {"form": form, "url": url, "text": text, "look": "secondary", "csrf_token": token, **more}


@register.inclusion_tag("includes/post_button.html", takes_context=True)
def post_button(
    context: Context, page: str, *args: Any, text: str, look: str = "secondary", about: str = "", **sent: Any
) -> dict[str, Any]:
    """A button that posts to the page of a name with these arguments, and sends the values that are named besides.

    `look` is the end of its class, such as primary or link; `about` tells those who hear it what it is for.
    """
    url, token = reverse(page, args=args), context.get("csrf_token")
    return {"url": url, "text": text, "look": look, "about": about, "sent": sent, "csrf_token": token}


@register.simple_tag
def step_button(page: str, *args: Any, text: str, look: str = "secondary", **sent: Any) -> SafeString:
    """A button of the form around it, which it sends to the page of a name with these arguments; where one is named,
    with a value of its own. `look` is the end of its class, such as primary or link."""
    named = format_html_join("", ' name="{}" value="{}"', sent.items())
    button = '<button class="btn btn-{}" type="submit" formaction="{}"{}>{}</button>'
    return format_html(button, look, reverse(page, args=args), named, text)
