"""Rows that two people may edit: each carries a number that every change raises."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Versioned(models.Model):
    """A row with a version. PostgreSQL raises it by one with every change, whichever path wrote it (clinic.triggers).

    What a program writes into the column is ignored, so a stale instance never turns it back.
    """

    row_version = models.PositiveIntegerField(_("version of the row"), default=1, db_default=1, editable=False)

    class Meta:
        abstract = True
