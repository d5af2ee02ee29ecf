"""The practice's own words in a mail: subject, opening and closing of one kind. Warmstone keeps what lies between."""

import logging
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.reminders.wording import VARIABLES, FilledText, fill_words
from clinic.mail import kinds
from clinic.models.versioned import Versioned
from clinic.wording import BrokenText, wording_problem

logger = logging.getLogger(__name__)
TEXT_FIELDS = ("subject", "opening", "closing")


class MessageText(Versioned):
    """How the practice words one kind of mail. What is empty, or switched off, is said as Warmstone says it."""

    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=kinds.choices,
        unique=True,
        error_messages={"unique": _("This kind of mail has its words already; change those.")},
    )
    active = models.BooleanField(_("in use"), default=True, help_text=_("Untick to look at a text before it is used."))
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    opening = models.TextField(_("opening"), max_length=2000, blank=True)
    closing = models.TextField(_("closing"), max_length=2000, blank=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("mail wording")
        verbose_name_plural = _("mail wordings")
        ordering = ["kind"]

    def __str__(self) -> str:
        return self.get_kind_display()

    def clean(self) -> None:
        """Refuse what could not be filled when the mail is written, beside the field it stands in."""
        kind = kinds.KINDS.get(self.kind)
        known = kind.variables if kind and kind.variables else VARIABLES
        troubles = {name: why for name in TEXT_FIELDS if (why := wording_problem(getattr(self, name), known))}
        if "\n" in self.subject or "\r" in self.subject:
            troubles["subject"] = str(_("A subject is one line."))
        if troubles:
            raise ValidationError(troubles)

    def filled(self, values: Mapping[str, str]) -> FilledText:
        """The texts with these values; empty where they cannot be used, so that the shipped words go."""
        try:
            return fill_words(values, subject=self.subject, opening=self.opening, closing=self.closing)
        except BrokenText:
            # Saving refuses this; a row written past it must not hold up a mail.
            logger.exception("Wording %s cannot be filled; the shipped words go instead.", self.pk)
            return FilledText()
