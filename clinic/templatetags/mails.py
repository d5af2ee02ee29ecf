"""What mails are built from: their words stand once, as text, and become HTML where a mail is drawn."""

from django import template
from django.template import Context
from django.template.defaultfilters import linebreaksbr
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from clinic import wording

register = template.Library()


@register.simple_block_tag(takes_context=True)
def paragraphs(context: Context, content: str) -> str:
    """Words with an empty line between paragraphs: so in a mail's text, each a paragraph of its own in its HTML."""
    parts = wording.paragraphs(content)
    if context["suffix"] == "txt":
        return SafeString("\n\n".join(["", *parts, ""]))
    paragraph = '<p style="margin:0 0 16px;">{}</p>'
    return format_html_join("\n", paragraph, ([linebreaksbr(part, autoescape=False)] for part in parts))


@register.simple_block_tag(takes_context=True)
def box(context: Context, content: str, title: str) -> str:
    """A few lines that belong together, below a first one: indented in a mail's text, beside a rule in its HTML."""
    if context["suffix"] == "txt":
        return SafeString("\n".join(["", *(f"  {line.strip()}" for line in [title, *content.splitlines()]), ""]))
    words = {"title": title, "text": content, "colours": context["colours"]}
    return render_to_string("emails/includes/box.html", words)
