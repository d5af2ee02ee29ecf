"""An import: the file it was, each of its lines, what became of each, and how to trace and undo it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.record.models.client import Client
from clinic.models.columns import actor_field
from clinic.models.sealed import SealedRow
from clinic.templatetags.moments import short_date_clock


class ImportState(models.TextChoices):
    """How far an import is. The worker goes on by itself from those in WORKING."""

    COLUMNS = "columns", _("columns to be matched")
    CHECKING = "checking", _("being looked through")
    CHECKED = "checked", _("looked through, nothing taken over yet")
    RUNNING = "running", _("being taken over")
    DONE = "done", _("taken over")
    UNDOING = "undoing", _("being undone")
    UNDONE = "undone", _("undone")


WORKING = (ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING)


class Verdict(models.TextChoices):
    """What becomes of a line."""

    OPEN = "", _("not looked at yet")
    NEW = "new", _("new")
    MATCHED = "matched", _("matched")
    ASK = "ask", _("to ask")
    REFUSED = "refused", _("refused")


class LineChoice(models.TextChoices):
    """What somebody said of a line that was to ask."""

    OPEN = "", _("not answered")
    SAME = "same", _("the same person")
    NEW = "new", _("somebody new")
    SKIP = "skip", _("leave out")


class ImportRun(SealedRow):
    """One file that was brought. Its heading is sealed as its lines are, for a file without a heading begins with
    somebody's data."""

    class Kind(models.TextChoices):
        CLIENTS = "clients", _("clients")
        APPOINTMENTS = "appointments", _("coming appointments")

    kind = models.CharField(_("what it holds"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.COLUMNS)
    file_name = models.CharField(_("file"), max_length=120)
    sha256 = models.CharField(_("mark of the file"), max_length=64, db_index=True)
    vendor = models.CharField(_("looks like one of"), max_length=20, blank=True)
    encoding = models.CharField(_("encoding"), max_length=12)
    mapping = models.JSONField(_("how it is read"), default=dict)
    total = models.PositiveIntegerField(_("lines"), default=0)
    worked = models.PositiveIntegerField(_("lines worked on"), default=0)
    by = actor_field(_("by"))
    made_at = models.DateTimeField(_("brought"), default=timezone.now)
    taken_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    lease_until = models.DateTimeField(_("worked on until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name}, {short_date_clock(timezone.localtime(self.made_at))}"

    @property
    def is_working(self) -> bool:
        """Whether the worker is at it, or will be in a moment."""
        return self.state in WORKING

    @property
    def percent(self) -> int:
        """How much of the work at hand is done."""
        return min(100, round(self.worked * 100 / self.total)) if self.total else 100


class ImportLineQuerySet(models.QuerySet["ImportLine"]):
    """Sets of lines that someone asks for."""

    def waiting(self) -> "ImportLineQuerySet":
        """Those that can be taken over and have not been: new, matched, or answered with a person."""
        answered = models.Q(verdict=Verdict.ASK, choice__in=[LineChoice.SAME, LineChoice.NEW])
        return self.filter(models.Q(verdict__in=[Verdict.NEW, Verdict.MATCHED]) | answered, settled_at=None)

    def unanswered(self) -> "ImportLineQuerySet":
        """Those that wait for somebody's word."""
        return self.filter(verdict=Verdict.ASK, choice=LineChoice.OPEN, settled_at=None)

    def to_undo(self) -> "ImportLineQuerySet":
        """Those that made or filled something which still stands."""
        return (
            self.exclude(settled_at=None)
            .filter(undone_at=None)
            .filter(models.Q(made__isnull=False) | ~models.Q(filled=[]))
        )


class ImportLine(SealedRow):
    """One line of a file; its cells are sealed. What it made or met is named by it for good."""

    run = models.ForeignKey(ImportRun, verbose_name=_("import"), on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField(_("line of the file"))
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, blank=True, default=Verdict.OPEN)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    candidates = models.JSONField(_("perhaps of these"), default=list)
    twin = models.PositiveIntegerField(_("perhaps as in line"), null=True, blank=True)
    choice = models.CharField(_("answer"), max_length=4, choices=LineChoice, blank=True, default=LineChoice.OPEN)
    client = models.ForeignKey(
        Client, verbose_name=_("client"), null=True, blank=True, on_delete=models.SET_NULL, related_name="import_lines"
    )
    appointment = models.UUIDField(_("appointment"), null=True, blank=True, db_index=True)
    made = models.UUIDField(_("made by this line"), null=True, blank=True)
    opened = models.UUIDField(_("file opened by this line"), null=True, blank=True)
    made_version = models.PositiveIntegerField(_("version as made"), null=True, blank=True)
    filled = models.JSONField(_("filled in"), default=list)
    settled_at = models.DateTimeField(_("taken over"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    objects = ImportLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_line_once")]
        indexes = [models.Index(fields=["run", "verdict"], name="import_line_verdict")]

    def __str__(self) -> str:
        return f"{self.run.file_name}, {self.number}"

    @property
    def told(self) -> str:
        """Where what it made or filled in came from, in words."""
        words = (
            _("Filled in from %(file)s, line %(number)d")
            if self.filled
            else _("Brought with %(file)s, line %(number)d")
        )
        return words % {"file": self.run.file_name, "number": self.number}
