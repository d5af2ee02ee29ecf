"""The client: who comes, and how to reach them."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.record.models.consent import ANSWERS_LAST, Consent
from clinic.identity import (
    address_equals,
    counting_key,
    loose_key,
    mailed_form,
    phone_digits,
    search_terms,
    search_text,
    sort_key,
    strict_key,
)
from clinic.identity.fields import DerivedField, MailboxField, NameField, PhoneField, two_empty_names
from clinic.models.versioned import Versioned

# PostgreSQL refuses by these what no form would write.
EMAIL_COMPARED = r"^[!-?A-~]+@[a-z0-9.-]+$"
E164 = r"^\+[0-9]{2,15}(;ext=[0-9]{1,7})?$"
NEVER_IN_A_NAME = "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x01-\x1f\x7f]|^ | $|  "
# What the keys of a file are made of, and the keys.
KEY_SOURCES = frozenset({"first_name", "last_name", "email", "phone"})
KEY_COLUMNS = ("name_key", "loose_name_key", "email_key", "counting_key", "phone_key", "search_text", "sort_key")


class Trigrams(Func):
    """The trigrams of a text: an index of them leads to any part of it, without an extension of PostgreSQL."""

    function = "warmstone_trigrams"
    arity = 1
    output_field = ArrayField(models.TextField())


def text_contains(text: str) -> Q:
    """The condition that the searched text holds another one: by the index first, then to the letter."""
    found = Q(search_text__contains=text)
    trigrams = sorted({text[place : place + 3] for place in range(len(text) - 2)})
    return found & Q(trigrams__contains=trigrams) if trigrams else found


def is_reached_at(email: str, phone: str) -> Q:
    """The condition that a file has this address or this phone; of none where neither is given."""
    found = Q(pk__in=[])
    if key := mailed_form(email):
        # PostgreSQL must be told that it is not empty: the index of addresses leaves those out.
        found |= Q(email_key=key) & ~Q(email_key="")
    if digits := phone_digits(phone):
        found |= Q(phone_key=digits)
    return found


def names_of(client: "Client") -> set[str]:
    """The keys under which another file of this person may stand: the names in either order."""
    return {loose_key(client.first_name, client.last_name), loose_key(client.last_name, client.first_name)}


class ClientQuerySet(models.QuerySet["Client"]):
    """Sets of clients that someone asks for."""

    def open_files(self) -> "ClientQuerySet":
        """The files that are worked with: neither erased nor merged into another."""
        return self.filter(erased_at=None, merged_into=None)

    def awaiting_data(self) -> "ClientQuerySet":
        """The open files of those who asked for a copy or for erasure and wait for an answer, by name."""
        return self.open_files().exclude(copy_requested_at=None, erasure_requested_at=None)

    def update(self, **columns: Any) -> int:
        """Update rows; what keys are made of is written row by row, so that no key is left behind. Raises TypeError for
        an expression in such a column: a key cannot be computed from it."""
        made_of = KEY_SOURCES & columns.keys()
        if not made_of:
            return super().update(**columns)
        if not all(isinstance(columns[name], str) for name in made_of):
            raise TypeError(f"{', '.join(sorted(made_of))}: only text, because keys are computed from it")
        with transaction.atomic():
            rows = list(self.select_for_update())
            for row in rows:
                for name, value in columns.items():
                    setattr(row, name, value)
                row.save(update_fields=columns.keys())
        return len(rows)

    update.alters_data = True  # type: ignore[attr-defined] # as Django marks it: templates must not call it

    def bulk_update(self, objs: Iterable["Client"], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update these rows; what keys are made of is written row by row here too."""
        rows, columns = list(objs), list(fields)
        if not KEY_SOURCES & set(columns):
            return super().bulk_update(rows, columns, batch_size=batch_size)
        with transaction.atomic():
            for row in rows:
                row.save(update_fields=columns)
        return len(rows)

    bulk_update.alters_data = True  # type: ignore[attr-defined]

    def at_mailbox(self, address: str) -> "ClientQuerySet":
        """The open files at an address: who reads its mail may see them. A family may share one."""
        return self.addressed().open_files().filter(address_equals(address, "email_key")) if address else self.none()

    def open_to_mailbox(self) -> "ClientQuerySet":
        """Those whose health whoever reads their mail may see: not where the mailbox is somebody else's, unless that is
        a parent or guardian who signed the consent in force."""
        signed = Consent.objects.filter(client=models.OuterRef("pk"), withdrawn_at=None, guardian_agrees=True)
        signed = signed.exclude(guardian="").exclude(guardian_relation="")
        return self.filter(Q(mailbox_is_anothers=False) | models.Exists(signed))

    def addressed(self) -> "ClientQuerySet":
        """Those with an address. PostgreSQL must be told, because the index of addresses leaves out the others."""
        return self.exclude(email_key="")

    def matching(self, words: str) -> "ClientQuerySet":
        """Those of whom every word of a search is part of a name, the e-mail or the phone, however it is typed."""
        found = self.alias(trigrams=Trigrams("search_text"))
        for text in search_terms(words):
            found = found.filter(text_contains(text))
        return found

    def same_person(self, *, first_name: str, last_name: str, email: str) -> "ClientQuerySet":
        """The file of this name at this address, as its constraint tells them apart; a family may share an address."""
        return self.addressed().filter(address_equals(email, "email_key"), name_key=strict_key(first_name, last_name))

    def reached_at(self, *, email: str, phone: str) -> "ClientQuerySet":
        """The open files with this address or this phone, whatever their name; none where neither is given."""
        return self.open_files().filter(is_reached_at(email, phone))

    def likely_duplicates_of(self, client: "Client") -> "ClientQuerySet":
        """Other open files that are perhaps of this client, who may be unsaved, until somebody says that they are not.

        The names are alike but for accents, spaces, hyphens or their order, and so is the address, the phone or the
        birthday; or one of the two has neither address nor phone to tell them apart by. Or only the last name is
        another, as after a wedding, and the address or phone is the same.
        """
        found, reached = Q(loose_name_key__in=names_of(client)), is_reached_at(client.email, client.phone)
        if mailed_form(client.email) or phone_digits(client.phone):
            born = Q(born_on=client.born_on) if client.born_on else Q(pk__in=[])
            found &= reached | born | Q(email_key="", phone_key="")
        if client.first_name:
            found |= Q(first_name__iexact=client.first_name) & reached
        others = self.open_files().filter(found)
        return others.exclude(pk=client.pk).exclude(not_duplicates=client) if client.pk else others


class Client(Versioned):
    """One person who gets massages. Health answers are not here but in the append-only intakes."""

    public_id = models.UUIDField(_("id"), default=uuid.uuid4, unique=True, editable=False)
    first_name = NameField(_("first name"), max_length=80, blank=True)
    last_name = NameField(
        _("last name"), max_length=80, blank=True, help_text=_("Who has one name only needs one of the two.")
    )
    email = MailboxField(_("e-mail"), blank=True)
    phone = PhoneField(_("phone"), blank=True)
    # Computed whenever the row is written: to compare, to search and to sort by (clinic/identity).
    name_key = DerivedField(max_length=320, compute=lambda file: strict_key(file.first_name, file.last_name))
    loose_name_key = DerivedField(max_length=320, compute=lambda file: loose_key(file.first_name, file.last_name))
    email_key = DerivedField(max_length=254, compute=lambda file: mailed_form(file.email))
    counting_key = DerivedField(max_length=254, compute=lambda file: counting_key(file.email))
    phone_key = DerivedField(max_length=15, compute=lambda file: phone_digits(file.phone))
    search_text = DerivedField(
        max_length=2000,
        db_collation="C",
        compute=lambda file: search_text(
            first=file.first_name, last=file.last_name, email=file.email, phone=file.phone
        ),
    )
    sort_key = DerivedField(
        max_length=320, db_collation="C", compute=lambda file: sort_key(file.first_name, file.last_name)
    )
    not_duplicates = models.ManyToManyField(
        "self", verbose_name=_("known to be somebody else than"), blank=True, editable=False
    )
    born_on = models.DateField(_("born on"), null=True, blank=True)
    desk_note = models.CharField(
        _("note for the desk"),
        max_length=300,
        blank=True,
        help_text=_("Shown on each appointment. No health details, please."),
    )
    alert = models.TextField(
        _("alert"),
        max_length=1000,
        blank=True,
        help_text=_("Allergies, “no deep pressure”: it stands out. Read by those who read health records."),
    )
    alert_for_desk = models.BooleanField(
        _("the front desk may read it"),
        default=False,
        db_default=False,
        help_text=_(
            "All of it: for what concerns hands, air and safe steps, such as latex, nuts, fragrance, a risk of falling."
        ),
    )
    emergency_contact = models.CharField(
        _("in an emergency, call"),
        max_length=200,
        blank=True,
        help_text=_("Name and number. Empty: what the newest health form says."),
    )
    physician = models.CharField(
        _("doctor or midwife"), max_length=200, blank=True, help_text=_("Empty: what the newest health form says.")
    )
    reminders_wanted = models.BooleanField(_("reminders by e-mail"), default=True)
    tips_wanted = models.BooleanField(
        _("tips by e-mail"), default=True, help_text=_("Aftercare for the service; no health details.")
    )
    personal_tips_wanted = models.BooleanField(
        _("personal tips by e-mail"), default=False, help_text=_("Only where the client ticked this in the consent.")
    )
    mailbox_is_anothers = models.BooleanField(
        _("the e-mail is somebody else’s"),
        default=False,
        db_default=False,
        help_text=_("Who booked for them reads it: health answers are not shown there, unless a guardian signed."),
    )
    email_error = models.CharField(_("trouble with the address"), max_length=200, blank=True)
    may_book_online = models.BooleanField(_("may book online"), default=True)
    copy_requested_at = models.DateTimeField(
        _("asked for a copy"), null=True, blank=True, editable=False, help_text=_("At the practice, until it is given.")
    )
    erasure_requested_at = models.DateTimeField(
        _("asked for erasure"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The client asked on their own page or here. Nothing is deleted until a person decides."),
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
        help_text=_("The record is gone; appointments stay for the books, without the person."),
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
        ordering = ["sort_key", "pk"]
        indexes = [
            models.Index(fields=["loose_name_key"], name="client_name_loose"),
            models.Index(fields=["phone_key"], name="client_phone_key"),
            models.Index(fields=["counting_key"], name="client_counted_as"),
            models.Index(fields=["sort_key", "id"], name="client_sort_key"),
            GinIndex(Trigrams("search_text"), name="client_search_trigrams", fastupdate=False),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["email_key", "name_key"], name="client_once_per_address", condition=~Q(email_key="")
            ),
            models.CheckConstraint(condition=~Q(name_key=""), name="client_has_a_name"),
            models.CheckConstraint(
                condition=Q(email="", email_key="") | (~Q(email="") & Q(email_key__regex=EMAIL_COMPARED)),
                name="client_address_can_be_mailed",
            ),
            models.CheckConstraint(
                condition=Q(phone="", phone_key="") | (Q(phone__regex=E164) & ~Q(phone_key="")),
                name="client_phone_is_e164",
            ),
            models.CheckConstraint(
                condition=~Q(first_name__regex=NEVER_IN_A_NAME) & ~Q(last_name__regex=NEVER_IN_A_NAME),
                name="client_name_is_visible",
            ),
            models.CheckConstraint(
                condition=Q(anonymised_at=None) | Q(erased_at__isnull=False), name="nameless_client_is_erased"
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("id")), name="client_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Write the row, and with anything that keys are made of the keys as well."""
        if update_fields is not None and KEY_SOURCES & set(update_fields):
            update_fields = {*update_fields, *KEY_COLUMNS}
        super().save(*args, update_fields=update_fields, **kwargs)

    def fill_keys(self) -> None:
        """Compute the keys of a file that is not written yet, to compare it with others."""
        for name in KEY_COLUMNS:
            column = self._meta.get_field(name)
            if isinstance(column, DerivedField):
                column.pre_save(self, add=True)

    @property
    def called(self) -> str:
        """The name to greet with: the first, or the only one."""
        return self.first_name or self.last_name

    @property
    def listed(self) -> str:
        """The name as lists by last name have it: “Muñoz, José”."""
        return ", ".join(filter(None, [self.last_name, self.first_name]))

    @property
    def hides_health(self) -> bool:
        """Whether whoever reads this file's mailbox may not see what it says of health."""
        return self.mailbox_is_anothers and not Client.objects.open_to_mailbox().filter(pk=self.pk).exists()

    @property
    def is_mailable(self) -> bool:
        """Whether mail reaches them, as far as we know."""
        return bool(self.email) and not self.email_error

    def clean(self) -> None:
        """Refuse a file without a name, and a second one of a name at an address."""
        if not self.called:
            raise ValidationError({"first_name": two_empty_names()})
        same = Client.objects.same_person(first_name=self.first_name, last_name=self.last_name, email=self.email)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError(_("There is already a file for this name at this address."), code="file_exists")

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

    def valid_consent(self, *, version: int) -> "Consent | None":
        """The consent in force: this text version, not withdrawn, and given not too long ago."""
        since = timezone.now() - ANSWERS_LAST
        standing = self.consents.filter(version=version, withdrawn_at=None, given_at__gt=since)
        return standing.order_by("-given_at").first()
