"""`manage.py load_catalogue`: the care catalogue that ships with Warmstone into the practice's tables."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from clients.care import CatalogueError, shipped
from clients.catalogue.load import load_catalogue


class Command(BaseCommand):
    help = (
        "Loads the care catalogue that ships with Warmstone. It can be run again at any time: entries that the "
        "practice has not touched are brought up to date, edited ones are left as they are, and both are listed."
    )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            report = load_catalogue(shipped())
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        lines = (
            (_("new"), report.created),
            (_("brought up to date"), report.updated),
            (_("left as the practice edited them"), report.kept),
            (_("no longer shipped, left as they are"), report.gone),
        )
        for what, entries in lines:
            if entries and options["verbosity"]:
                # A first load names 400 entries: only a second look at those is asked for with -v 2.
                names = f": {', '.join(entries)}" if entries is not report.created or options["verbosity"] > 1 else ""
                self.stdout.write(f"{len(entries)} {what}{names}")
        if options["verbosity"]:
            self.stdout.write(_("%(count)d unchanged") % {"count": report.unchanged})
