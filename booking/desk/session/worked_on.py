"""What was worked on: places of the body chart, ticked on the session screen and kept as one text."""

import re
from typing import Any

from django import forms

from clients.catalogue import current_catalogue
from clients.intake.questions import mark_in_words

MARK = re.compile(r"[a-z0-9-]{1,60}:(left|right|both|centre)")


class ChartTicks(forms.HiddenInput):
    """The ticks of a body chart, drawn by clients/includes/body_chart.html: many inputs of one name, one text."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """The marks that were ticked, in order of the alphabet, with a blank between; None where nothing was sent."""
        sent = data.getlist(name) if hasattr(data, "getlist") else [data[name]] if name in data else []
        return marks_as_text(" ".join(map(str, sent))) if sent else None


def marks_as_text(text: str) -> str:
    """Marks of a body chart as they are kept; what is no mark is passed over."""
    return " ".join(sorted({each for each in text.split() if MARK.fullmatch(each)}))


def marks_in_words(text: str) -> list[str]:
    """Kept marks in words: “Neck (left)”."""
    catalogue = current_catalogue()
    return [mark_in_words(mark, catalogue) for mark in text.split()]
