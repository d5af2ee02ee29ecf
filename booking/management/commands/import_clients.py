"""`manage.py import_clients`: a CSV file of clients or coming appointments, tried or taken over, and undone."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from booking.imports.work import start_import, start_undo, work_off_imports
from clients.imports.columns import IMPORT_FIELDS, SheetKind
from clients.imports.dates import DateOrder
from clients.imports.opening import earlier_imports, header_of, match_columns, open_import
from clients.imports.sheet import LARGEST_SHEET
from clients.models import ImportRun, Verdict
from clinic.checks import refuse_unusable_settings
from clinic.errors import Refusal
from clinic.web.links import uuid_or_none


class Command(BaseCommand):
    """Bring a file, or undo one."""

    help = "Import a CSV file of clients or of coming appointments; --dry-run lists what would become of each line."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how it is to be read where its headings do not say."""
        parser.add_argument("file", nargs="?", metavar="FILE", help="the CSV file")
        parser.add_argument("--dry-run", action="store_true", help="only say what would become of each line")
        parser.add_argument("--undo", metavar="ID", help="undo the import with this id")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="HEADING=FIELD",
            help="what a column holds; repeatable",
        )
        parser.add_argument("--dates", choices=[str(each) for each in DateOrder], help="how the dates are written")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it in this process and list every line. Bad input: one line, exit status 2."""
        refuse_unusable_settings()
        try:
            if options["undo"]:
                self.undo(options["undo"])
            elif options["file"]:
                self.bring(Path(options["file"]), options)
            else:
                raise Refusal(_("Name a file, or an import to undo."))
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal

    def bring(self, path: Path, options: dict[str, Any]) -> None:
        """Read a file, look through it, and unless it is a trial take it over."""
        run = open_import(file_content(path), file_name=path.name, by=None)
        kind, fields = told_columns(run, options["column"])
        dates = dict.fromkeys(("born_on", "starts", "day"), options["dates"] or "")
        try:
            match_columns(run, kind=kind, fields=fields, dates=dates)
        except Refusal:
            run.delete()
            raise
        work_off_imports()
        again = earlier_imports(run)
        if options["dry_run"]:
            self.list_lines(run)
            run.delete()
            return
        if again:
            self.stderr.write(_("This very file was imported before: %(id)s") % {"id": again[0].public_id})
        start_import(run, by=None)
        work_off_imports()
        self.list_lines(run)
        self.stdout.write(_("Import %(id)s. Undo: import_clients --undo %(id)s") % {"id": run.public_id})

    def list_lines(self, run: ImportRun) -> None:
        """Each line of the file with what became of it, then the counts. It names nobody."""
        counts = dict.fromkeys((each for each in Verdict if each), 0)
        for line in run.lines.order_by("number").iterator(chunk_size=1000):
            self.stdout.write(f"{line.number}\t{line.get_verdict_display()}\t{line.reason}".rstrip())
            counts[Verdict(line.verdict)] += 1
        self.stdout.write(", ".join(f"{verdict.label}: {count}" for verdict, count in counts.items()))

    def undo(self, name: str) -> None:
        """Undo an import and say what stays and why."""
        key = uuid_or_none(name)
        run = ImportRun.objects.filter(public_id=key).first() if key else None
        if run is None:
            raise Refusal(_("There is no import with this id."))
        start_undo(run, by=None)
        work_off_imports()
        undone = run.lines.exclude(undone_at=None).count()
        for line in run.lines.to_undo().order_by("number"):
            self.stdout.write(f"{line.number}\t{_('stays')}\t{line.reason}")
        self.stdout.write(
            _("undone: %(undone)d, left: %(left)d") % {"undone": undone, "left": run.lines.to_undo().count()}
        )


def file_content(path: Path) -> bytes:
    """The bytes of a file, never more than an import takes. Raises Refusal."""
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_SHEET + 1)
    except OSError as error:
        raise Refusal(_("The file cannot be read: %(why)s") % {"why": error.strerror}) from error


def told_columns(run: ImportRun, told: list[str]) -> tuple[str, list[str]]:
    """What the columns hold: as recognised, with what the command was told. Raises Refusal."""
    header, fields, kind = header_of(run), list(run.mapping["fields"]), SheetKind(run.kind)
    for each in told:
        heading, _equals, field = each.rpartition("=")
        if heading not in header or (field and field not in IMPORT_FIELDS[kind]):
            known = ", ".join(IMPORT_FIELDS[kind])
            said = _("--column %(told)s: no such heading in the file, or none of %(known)s")
            run.delete()
            raise Refusal(said % {"told": each, "known": known})
        fields[header.index(heading)] = field
    return str(kind), fields
