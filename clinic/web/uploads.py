"""The field for a file of at most 10 MB."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 10 * 1024 * 1024
TOO_LARGE = _("Please choose a file of at most 10 MB.")


class UploadField(forms.FileField):
    """A file; cleaned, its content, or None where none was sent and none need be. `accept`: the kinds to offer."""

    # What is far too large never reaches the form.
    default_error_messages = {
        "required": TOO_LARGE,
        "missing": TOO_LARGE,
        "empty": _("This file is empty. Please choose another."),
        "large": _("This file is larger than 10 MB. Please send a smaller one."),
    }

    def __init__(self, *, accept: str, **options: Any) -> None:
        super().__init__(widget=forms.FileInput(attrs={"accept": accept}), **options)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        """Refuse what is too large, and read the rest."""
        sent = super().clean(data, initial)
        if not sent:
            return None
        if sent.size > LARGEST_FILE:
            raise ValidationError(self.error_messages["large"], code="large")
        content: bytes = sent.read()
        return content
