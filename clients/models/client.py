"""The client: who comes, how to reach them, what they agreed to."""

import datetime as dt
import hashlib
import uuid
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Expression, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.mailboxes import at, can_be_mailed
from clinic.models.versioned import Versioned

if TYPE_CHECKING:
    from clients.models.intake import Intake

# Loose on purpose: people write numbers in many ways, and a number that a person can dial is enough.
check_phone = RegexValidator(
    r"^\+?[0-9 ()/.\-]{5,30}$", _("That does not look like a phone number. Digits, spaces and a leading + are fine.")
)


class ClientQuerySet(models.QuerySet["Client"]):
    """Sets of clients that someone asks for."""

    def open_files(self) -> "ClientQuerySet":
        """The files that are worked with: neither erased nor merged into another."""
        return self.filter(erased_at=None, merged_into=None)

    def at_mailbox(self, address: str) -> "ClientQuerySet":
        """The open files at an address: who reads its mail may see them. A family may share one."""
        return self.addressed().open_files().filter(at(address)) if address else self.none()

    def addressed(self) -> "ClientQuerySet":
        """Those with an address. PostgreSQL must be told, because the index of addresses leaves out the others."""
        return self.exclude(email="")

    def matching(self, words: str) -> "ClientQuerySet":
        """Those whose name, e-mail or phone contains every word of a search."""
        found = self
        for word in words.split()[:5]:
            found = found.filter(
                models.Q(first_name__icontains=word)
                | models.Q(last_name__icontains=word)
                | models.Q(email__icontains=word)
                | models.Q(phone__icontains=word)
            )
        return found

    def same_person(
        self, *, first_name: str | Expression, last_name: str | Expression, email: str | Expression
    ) -> "ClientQuerySet":
        """The file of this name at this address, as its constraint tells them apart; a family may share an address."""
        given = {"first_name": first_name, "last_name": last_name, "email": email}
        words = {name: Value(word) if isinstance(word, str) else word for name, word in given.items()}
        return self.addressed().filter(*(Exact(Lower(name), Lower(word)) for name, word in words.items()))


class Client(Versioned):
    """One person who gets massages. Health answers are not here but in the append-only intakes."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80)
    email = models.EmailField(_("e-mail"), blank=True, validators=[can_be_mailed])
    phone = models.CharField(_("phone"), max_length=32, blank=True, validators=[check_phone])
    born_on = models.DateField(_("born on"), null=True, blank=True)
    desk_note = models.CharField(
        _("note for the desk"),
        max_length=300,
        blank=True,
        help_text=_("Shown on each appointment. No health details, please."),
    )
    reminders_wanted = models.BooleanField(_("reminders by e-mail"), default=True)
    tips_wanted = models.BooleanField(
        _("tips by e-mail"), default=True, help_text=_("Aftercare for the service; no health details.")
    )
    personal_tips_wanted = models.BooleanField(
        _("personal tips by e-mail"), default=False, help_text=_("Only where the client ticked this in the consent.")
    )
    email_trouble = models.CharField(_("trouble with the address"), max_length=200, blank=True)
    online_booking = models.BooleanField(_("may book online"), default=True)
    erasure_asked_at = models.DateTimeField(
        _("asked for erasure"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The client asked on their own page. Nothing is deleted until a person decides."),
    )
    erased_at = models.DateTimeField(
        _("closed for erasure"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("From then on nobody sees the file, books with it or writes to its client."),
    )
    anonymised_at = models.DateTimeField(
        _("made nameless"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The record is gone; visits stay for the books, without the person."),
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="formers",
        help_text=_("A former file: all that was in it stands in this one."),
    )
    created_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["last_name", "first_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                Lower("first_name"),
                Lower("last_name"),
                name="client_once_per_address",
                condition=~models.Q(email=""),
                violation_error_message=_("There is already a file for this name at this address."),
            ),
            models.CheckConstraint(
                condition=models.Q(anonymised_at=None) | models.Q(erased_at__isnull=False),
                name="nameless_client_is_erased",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="client_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def current_file(self) -> "Client":
        """The file that is worked with now: this one, or the one it was merged into, however often."""
        file = self
        while file.merged_into is not None:
            file = file.merged_into
        return file

    def former_files(self) -> "list[Client]":
        """The files merged into this one, and into those."""
        found: list[Client] = []
        waiting = list(self.formers.all())
        while waiting:
            former = waiting.pop()
            found.append(former)
            waiting.extend(former.formers.all())
        return found

    def latest_intake(self) -> "Intake | None":
        """The newest intake, or None where none was given yet."""
        from clients.models.intake import NEWEST

        return NEWEST.first(client=self.pk)

    def valid_consent(self, *, version: int) -> "Consent | None":
        """The consent in force: this text version, not withdrawn, at most twelve months old (clinical.md section 9)."""
        return (
            self.consents.filter(
                version=version, withdrawn_at=None, given_at__gt=timezone.now() - dt.timedelta(days=365)
            )
            .order_by("-given_at")
            .first()
        )


class Consent(models.Model):
    """What a client agreed to: the text as it stood, for which purposes, signed with their typed name."""

    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="consents")
    version = models.PositiveSmallIntegerField(_("text version"))
    text = models.TextField(_("text"))
    text_hash = models.CharField(_("hash of the text"), max_length=64, editable=False)
    treatment = models.BooleanField(_("treatment"), default=False)
    hot_stone = models.BooleanField(_("hot stones"), default=False)
    personal_tips = models.BooleanField(_("personal tips by e-mail"), default=False)
    statistics = models.BooleanField(_("outcome statistics without a name"), default=False)
    signature = models.CharField(_("typed name"), max_length=160)
    guardian = models.CharField(
        _("guardian’s typed name"),
        max_length=160,
        blank=True,
        help_text=_("Under 18 a parent or guardian signs for themselves."),
    )
    guardian_relation = models.CharField(_("who the guardian is"), max_length=80, blank=True)
    guardian_agrees = models.BooleanField(_("guardian agrees"), default=False)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"{self.client} v{self.version} {timezone.localtime(self.given_at):%Y-%m-%d}"

    @property
    def has_guardian(self) -> bool:
        """Whether a parent or guardian signed too, said who they are, and agreed."""
        return bool(self.guardian and self.guardian_relation and self.guardian_agrees)

    @staticmethod
    def hash_of(text: str) -> str:
        """SHA-256 of a consent text in hex: proves later which words were signed."""
        return hashlib.sha256(text.encode()).hexdigest()


class Screening(models.Model):
    """The safety answers given for one service at booking, and what the care engine made of them. Never changed."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(Client, verbose_name=_("client"), on_delete=models.PROTECT, related_name="screenings")
    technique = models.SlugField(_("kind of massage"), max_length=60)
    conditions = ArrayField(models.SlugField(max_length=60), verbose_name=_("conditions"), default=list, blank=True)
    red_flags = ArrayField(models.SlugField(max_length=60), verbose_name=_("warning signs"), default=list, blank=True)
    triage = models.CharField(_("triage"), max_length=30)
    level = models.CharField(_("level"), max_length=30)
    catalogue_version = models.CharField(_("catalogue version"), max_length=40)
    given_at = models.DateTimeField(_("given"), default=timezone.now)

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        ordering = ["-given_at"]

    def __str__(self) -> str:
        return f"{self.technique} {timezone.localtime(self.given_at):%Y-%m-%d}"
