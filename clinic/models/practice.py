"""The practice: one row with everything an owner decides once."""

import datetime as dt
import unicodedata
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.colours.judging import check_colour, colour_problems
from clinic.colours.palette import Palette, palette_of
from clinic.country.codes import check_country, check_currency, check_locale, check_zone
from clinic.country.emergency_numbers import EMERGENCY_NUMBERS
from clinic.country.locale import Formats, formats_of, tag_of
from clinic.country.maps import MapLink, map_address
from clinic.identity import written_phone
from clinic.identity.fields import MailboxField
from clinic.models.configuration import PerVersion, StoredRow
from clinic.models.versioned import Versioned
from clinic.quiet_hours import QuietHours
from clinic.web.origins import ORIGIN_PATTERN, check_origins, origins

SINGLE_ROW_ID = 1
LONGEST_QUIET_TIME = dt.timedelta(hours=20)


def check_one_line(value: str) -> None:
    """Accept only text that can stand in the head of a mail: one line, nothing that steers a printer or a program."""
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in value):
        raise ValidationError(_("Please write this in one line, without line breaks or tabs."))


class ColleagueNotes(models.TextChoices):
    """What therapists see of the session notes of others."""

    READ = "read", _("every therapist may read them")
    HIDDEN = "hidden", _("only who gave the session reads them")


class Practice(Versioned):
    """The one practice that this installation serves. Exactly one row exists, by constraint."""

    id = models.SmallAutoField(primary_key=True)
    name = models.CharField(
        _("name"),
        max_length=120,
        default="Warmstone Massage",
        validators=[check_one_line],
        help_text=_("Your mails come from this name."),
    )
    street = models.CharField(_("street"), max_length=160, blank=True)
    city = models.CharField(_("post code and city"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = MailboxField(_("e-mail"), blank=True)
    directions = models.TextField(
        _("how to find us"), blank=True, help_text=_("Door, stairs, parking, the nearest stop, what is hard to find.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/Berlin", validators=[check_zone])
    country = models.CharField(
        _("country"),
        max_length=2,
        default="DE",
        validators=[check_country],
        help_text=_("Two letters. Decides the emergency number, how times look, and which oils are off by law."),
    )
    locale = models.CharField(
        _("times and dates as in"),
        max_length=5,
        blank=True,
        validators=[check_locale],
        help_text=_("Empty: as your country writes them. Else for example en-US or en-GB."),
    )
    own_emergency_number = models.CharField(
        _("emergency number"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"\A[0-9][0-9 ]*\Z", _("Digits only, as people dial them."))],
        help_text=_("Empty: your country’s, where we know it. Clients are told to call it in an emergency."),
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Three letters, for example EUR.")), check_currency],
    )

    # Receipts
    tax_number = models.CharField(
        _("tax number"), max_length=40, blank=True, help_text=_("Stands on receipts, as the tax office writes it.")
    )
    tax_line = models.CharField(
        _("tax line"),
        max_length=160,
        blank=True,
        help_text=_("Stands on receipts, for example “Kleinunternehmer, no VAT (§ 19 UStG)”. Empty: none."),
    )
    tax_name = models.CharField(
        _("name of the tax"), max_length=20, blank=True, help_text=_("VAT, GST, HST: as your country calls it.")
    )
    tax_rate = models.DecimalField(
        _("tax in your prices (percent)"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
        help_text=_("Your prices include it; receipts say how much it is. Empty: receipts name none."),
    )

    # Booking rules; a service may have its own
    slot_step_minutes = models.PositiveSmallIntegerField(
        _("times start every (minutes)"), default=30, validators=[MinValueValidator(5), MaxValueValidator(240)]
    )
    notice_minutes = models.PositiveIntegerField(
        _("notice (minutes)"), default=120, help_text=_("The soonest a client may book, counted from now.")
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how far ahead (days)"), default=90, validators=[MinValueValidator(1), MaxValueValidator(730)]
    )
    cancel_cutoff_hours = models.PositiveSmallIntegerField(
        _("free move or cancel until (hours before)"), default=24, validators=[MaxValueValidator(720)]
    )
    moves_per_appointment = models.PositiveSmallIntegerField(_("moves by the client per appointment"), default=3)
    appointments_ahead = models.PositiveSmallIntegerField(
        _("appointments ahead that one address may book online"),
        default=12,
        help_text=_("Counted with what was booked today, cancelled or not. The desk may book more. 0: no limit."),
    )
    bookings_per_network = models.PositiveSmallIntegerField(
        _("bookings a day from one network"),
        default=30,
        help_text=_("Online and without signing in. A household or a hotel is one network. 0: no limit."),
    )
    confirms_address = models.BooleanField(
        _("bookings prove their address first"),
        default=False,
        help_text=_("Who books online types a code from the mail before the time is theirs."),
    )
    waitlist_hold_minutes = models.PositiveSmallIntegerField(
        _("a time offered from the waitlist is held for (minutes)"),
        default=180,
        validators=[MinValueValidator(30), MaxValueValidator(2880)],
        help_text=_("Counted while mails may go out; then the next in line is asked."),
    )
    policy_text = models.TextField(
        _("booking policy"),
        default=_("Please arrive five minutes early. You can move or cancel free of charge until 24 hours before."),
    )
    fee_text = models.TextField(
        _("what a late cancellation costs"),
        blank=True,
        default=_("After that, half of the price is due."),
        help_text=_("Stands under the policy: where it is accepted, in the confirmation, and where someone cancels."),
    )

    missed_fee_percent = models.PositiveSmallIntegerField(
        _("fee for a no-show or a late cancellation (percent)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("Of the price. The desk is offered it and decides; nothing is charged by itself. Empty: none."),
    )

    # Consent
    consent_text = models.TextField(
        _("consent text"),
        default=_(
            "I have answered the health questions honestly and will say when something changes. I understand that "
            "massage is not medical care and that nobody here diagnoses. Possible effects are soreness, bruises or a "
            "reaction of the skin. We agree on the areas and the pressure before we start, I stay covered where I am "
            "not treated, and I can stop at any time. My therapist keeps notes; I may see and correct them."
        ),
    )
    consent_version = models.PositiveSmallIntegerField(
        _("consent version"), default=1, help_text=_("Raise it when the text changes; clients are then asked again.")
    )

    # Messages
    quiet_from = models.TimeField(_("no mails from"), default=dt.time(21, 0))
    quiet_until = models.TimeField(_("no mails until"), default=dt.time(8, 0))
    confirmation_delay_minutes = models.PositiveSmallIntegerField(
        _("confirmation waits (minutes)"), default=3, help_text=_("So that a booking undone at once sends nothing.")
    )
    retention_years = models.PositiveSmallIntegerField(
        _("records are kept for (years)"),
        default=10,
        validators=[MaxValueValidator(30)],
        help_text=_("After the last session, as the law of your country asks. 0: a file is erased at once when asked."),
    )
    idle_minutes_own_device = models.PositiveSmallIntegerField(
        _("on a device of the practice: signed out after (minutes)"),
        default=240,
        validators=[MinValueValidator(5), MaxValueValidator(720)],
        help_text=_("Counted while nothing is done. The password or a code alone opens it again."),
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("elsewhere: signed out after (minutes)"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
        help_text=_("Counted while nothing is done, for the team and for clients."),
    )
    session_hours = models.PositiveSmallIntegerField(
        _("a sign-in lasts at most (hours)"), default=12, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )
    colleague_notes = models.CharField(
        _("session notes of colleagues"),
        max_length=10,
        choices=ColleagueNotes,
        default=ColleagueNotes.READ,
        help_text=_("Each therapist writes and signs the notes of their own sessions. Owners read all of them."),
    )
    second_factor_required = models.BooleanField(
        _("staff need a second factor"), default=True, help_text=_("A code from an app beside the password.")
    )

    # The practice's own page
    tagline = models.CharField(
        _("one line about you"),
        max_length=160,
        blank=True,
        validators=[check_one_line],
        help_text=_("Stands under your name, and where search engines list you."),
    )
    newcomer_text = models.TextField(
        _("a first time here"),
        blank=True,
        default=_(
            "We begin with a short talk: where it hurts, and what you would like. You undress as far as you like and "
            "lie under towels; only what is being massaged is uncovered. Say at any time if something is not right."
        ),
        help_text=_("What somebody new would like to know. Empty: this part is left out."),
    )
    map_link = models.CharField(
        _("map"),
        max_length=15,
        choices=MapLink,
        default=MapLink.OPENSTREETMAP,
        help_text=_("A link beside your address. Nothing is loaded from elsewhere until somebody taps it."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("With the longitude, for example 52.500342: the map then opens at your door."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    accent_colour = models.CharField(
        _("colour of buttons and links"), max_length=7, blank=True, validators=[check_colour]
    )
    paper_colour = models.CharField(_("colour of the paper"), max_length=7, blank=True, validators=[check_colour])

    embed_origins = models.TextField(
        _("web sites with a Book button"),
        blank=True,
        validators=[check_origins],
        help_text=_("One per line, for example https://www.example.org. Only these may show the button in a frame."),
    )

    # Set-up: closed for good by whatever makes an owner (clinic.triggers), and what the owner's list need not ask again
    set_up_at = models.DateTimeField(_("set up"), null=True, blank=True, editable=False)
    set_up_aside = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practice")
        constraints = [models.CheckConstraint(condition=models.Q(id=SINGLE_ROW_ID), name="practice_is_one_row")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse rules that contradict each other. Raises ValidationError with a message for each field."""
        wrong: dict[str, Any] = {}
        if None not in (self.notice_minutes, self.horizon_days) and self.notice_minutes >= self.horizon_days * 24 * 60:
            wrong["notice_minutes"] = _("Longer than the days ahead that can be booked: nobody could book.")
        no_mails = (self.quiet_from, self.quiet_until)
        if None not in no_mails and QuietHours(*no_mails).length > LONGEST_QUIET_TIME:
            wrong["quiet_until"] = _("Please leave at least four hours of the day in which mails may go out.")
        try:
            self.phone = written_phone(self.phone, region=self.country) if self.phone else ""
        except ValidationError as error:
            wrong["phone"] = error
        if (self.latitude is None) != (self.longitude is None):
            wrong["longitude" if self.longitude is None else "latitude"] = _("Please fill in both, or neither.")
        wrong.update(colour_problems(accent=self.accent_colour, paper=self.paper_colour))
        if wrong:
            raise ValidationError(wrong)

    @property
    def palette(self) -> Palette:
        """The practice's colours."""
        return palette_of(self.accent_colour, self.paper_colour)

    @property
    def map_url(self) -> str:
        """Where a map shows the address; empty without one, or where the practice wants no link."""
        return map_address(MapLink(self.map_link), self.address, self.latitude, self.longitude)

    @classmethod
    def current(cls) -> "Practice":
        """The practice as it stands: an instance of your own, by the version of the configuration."""
        return STORED.current().instance()

    @classmethod
    def read(cls) -> "Practice":
        """The practice's row itself. A fresh database has it from the first migration; an emptied one gets it anew."""
        return cls.objects.get_or_create(pk=SINGLE_ROW_ID)[0]

    @property
    def quiet_hours(self) -> QuietHours:
        """The hours in which no mails go out."""
        return QuietHours(self.quiet_from, self.quiet_until, self.zone)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which working hours, notices and mails are meant."""
        return ZoneInfo(self.time_zone)

    def date_of(self, moment: dt.datetime) -> dt.date:
        """The date on the practice's calendar at an aware moment."""
        return moment.astimezone(self.zone).date()

    @property
    def embed_sources(self) -> list[str]:
        """The origins that may frame the Book button. A line that is no origin, however it came there, is left out."""
        return [line for line in origins(self.embed_origins) if ORIGIN_PATTERN.fullmatch(line)]

    @property
    def policy(self) -> str:
        """What a client accepts by booking: the policy, and under it what a late cancellation costs."""
        return "\n".join(filter(None, [self.policy_text, self.fee_text]))

    @property
    def emergency_number(self) -> str:
        """What to dial: the owner's word, else the country's number. Empty where unknown: a wrong one costs a life."""
        return self.own_emergency_number or EMERGENCY_NUMBERS.get(self.country, "")

    @property
    def emergency_call(self) -> str:
        """What somebody in an emergency is told to do; without a number where none is known to be right."""
        if self.emergency_number:
            return gettext("Call %(number)s") % {"number": self.emergency_number}
        return gettext("Call your local emergency number")

    @property
    def formats(self) -> Formats:
        """How the practice writes times, dates and money."""
        return formats_of(self.locale or tag_of(self.country))

    @property
    def address(self) -> str:
        """Street and city on one line, as far as known."""
        return ", ".join(part for part in (self.street, self.city) if part)


STORED = PerVersion(lambda: StoredRow(Practice.read()))
