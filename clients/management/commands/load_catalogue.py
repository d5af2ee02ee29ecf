"""`manage.py load_catalogue`: checks the shipped care catalogue together with the practice's edits."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clients.care import CatalogueError
from clients.catalogue import current_edition
from clients.catalogue.edits import changed_originals
from clients.models import CatalogueEdit


class Command(BaseCommand):
    help = (
        "Reads the care catalogue that ships with Warmstone together with the practice's edits, and says which edition "
        "is in force and which edits replace an entry that has changed since. It can be run at any time, and should be "
        "after an upgrade; it changes nothing."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            edition = current_edition()
        except CatalogueError as error:
            raise CommandError(str(error), returncode=2) from error
        if not options["verbosity"]:
            return
        said = _("Care catalogue %(label)s, %(count)d edits of the practice.")
        self.stdout.write(said % {"label": edition.label, "count": CatalogueEdit.objects.count()})
        for changed in changed_originals():
            said = _("%(entry)s: the original has changed since it was edited. Please compare the two in the admin.")
            self.stdout.write(said % {"entry": f"{changed.edit.kind}/{changed.edit.slug}"})
