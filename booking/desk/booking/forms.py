"""Booking for a client at the desk: who, what, when, and the safety answers given by phone or at the counter."""

import datetime as dt
import uuid
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import PersonDetails
from booking.appointments.forms import DATE, PERSON_FIELDS, check_plausible_dates, form_helper
from booking.appointments.on_offer import must_offer_add_ons
from booking.appointments.rebooking import StandingAnswers
from booking.appointments.safety_form import Line, boxes_of
from booking.appointments.safety_question_form import FILE, SafetyQuestionForm
from booking.appointments.screening import SafetyAnswers
from booking.desk.forms import TIME, OverrideForm, whichever_free
from booking.errors import AddOnNotOffered
from booking.models import AddOn, Room, Service, StoneKit, Therapist
from booking.scheduling.configuration import current_configuration
from booking.scheduling.order import Order
from booking.scheduling.terms import Terms, price_list, terms_in_price_list
from clients.catalogue.texts import client_text
from clients.models import Client, ClientQuerySet
from clinic.country import locale
from clinic.country.wall_time_input import moment_of_fields
from clinic.identity import phone_digits
from clinic.identity.fields import MailboxFormField, NameFormField, PhoneFormField
from clinic.models import Practice
from clinic.templatetags.moments import price

if TYPE_CHECKING:
    OneService = forms.ModelChoiceField[Service]
    SomeAddOns = forms.ModelMultipleChoiceField[AddOn]
else:
    OneService, SomeAddOns = forms.ModelChoiceField, forms.ModelMultipleChoiceField

PRICES = "prices"
MOST_DUPLICATES = 5


class Priced:
    """Mixed into a choice of what is sold: its price stands beside it, so that who books by phone can name it."""

    currency = ""

    def label_from_instance(self, obj: Service | AddOn) -> str:
        """Name, length and price."""
        return f"{obj}, {price(obj.price, self.currency)}"


class PricedChoice(Priced, OneService):
    """Services with their prices."""


class PricedChoices(Priced, SomeAddOns):
    """Add-ons with their prices."""


class OrderFields(forms.Form):
    """What is booked: a service, and what is added to it."""

    service = PricedChoice(
        label=_("Service"),
        queryset=Service.objects.filter(active=True),
        to_field_name="slug",
        empty_label=None,
        error_messages={"invalid_choice": _("That is not offered any more. Please choose another; the rest is kept.")},
    )
    add_ons = PricedChoices(
        label=_("Added"),
        queryset=AddOn.objects.filter(active=True),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Something is not offered any more. Please choose again.")},
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.services = cast("PricedChoice", self.fields["service"])
        self.extras = cast("PricedChoices", self.fields["add_ons"])
        self.services.currency = self.extras.currency = currency


class DeskBookForm(SafetyQuestionForm, OverrideForm, OrderFields):
    """One page for a whole booking. An existing client, or a new one; a free time, or any time with a reason."""

    key = forms.CharField(max_length=120, widget=forms.HiddenInput)
    client = forms.UUIDField(required=False, widget=forms.HiddenInput)
    first_name = NameFormField(label=_("First name"), max_length=80, required=False)
    last_name = NameFormField(label=_("Last name"), max_length=80, required=False)
    email = MailboxFormField(
        label=_("E-mail"),
        required=False,
        help_text=_("Without one no confirmation or reminder can be sent."),
    )
    phone = PhoneFormField(label=_("Phone"), max_length=60, required=False)
    # The ids of the files of which somebody has said that they are of other people.
    apart = forms.CharField(label=_("Is it this one?"), required=False, max_length=400)
    therapist = forms.ModelChoiceField(
        label=_("Therapist"),
        queryset=Therapist.objects.at_work(),
        to_field_name="public_id",
        required=False,
        # Whoever has the lightest day; the words must fit half a column.
        empty_label=_("Anyone"),
    )
    day = forms.DateField(label=_("Day"), widget=DATE)
    start = forms.DateTimeField(label=_("Free times"), required=False, widget=forms.HiddenInput)
    time = forms.TimeField(
        label=_("Another time"), required=False, widget=TIME, help_text=_("Leave it empty to take a free time above.")
    )
    room = whichever_free(_("Room"), Room.objects.filter(active=True))
    kit = whichever_free(_("Stone kit"), StoneKit.objects.filter(active=True))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(
        self,
        *args: Any,
        people: ClientQuerySet,
        practice: Practice,
        on_file: StandingAnswers | None = None,
        **kwargs: Any,
    ) -> None:
        words = partial(client_text, practice=practice)
        super().__init__(*args, currency=practice.currency, words=words, **kwargs)
        self.people, self.on_file = people, on_file
        self.adds_to_file = on_file is not None
        self.chosen: Client | None = None
        self.duplicates: list[Client] = []
        self.moment: dt.datetime | None = None
        self.has_two_times = False
        self.who = form_helper(*PERSON_FIELDS)
        # One kit leaves nothing to choose.
        if len(current_configuration().kits) < 2:
            del self.fields["kit"]

    @property
    def file_is_enough(self) -> bool:
        """Whether the file answers the safety question, so that the page asks only for what passes."""
        return self.on_file is not None and self["safety"].value() in ("", None, FILE)

    @property
    def passing(self) -> list[Line]:
        """What passes by itself, to draw for a client who has told us the rest; each with what else is asked."""
        if self.on_file is None:
            return []
        boxes = boxes_of(self["conditions"])
        asked = [each.id for each in self.on_file.today.conditions if each.id in boxes]
        return [*(self.condition_line(slug, boxes[slug]) for slug in asked), *self.flag_lines()]

    def answers(self) -> SafetyAnswers:
        """The safety answers, once valid: what the file says, with what was told now."""
        typed = self.cleaned_data
        if typed["safety"] != FILE or self.on_file is None:
            return super().answers()
        return self.told().after(self.on_file.answers)

    def answers_so_far(self) -> SafetyAnswers | None:
        """The safety answers before it is booked: what is chosen and ticked, else what the file says; None where nobody
        has asked yet."""
        if self.is_bound:
            return None if self.errors.keys() & {"safety", "conditions", "red_flags", "weeks"} else self.answers()
        known = self.on_file if self.file_is_enough and not self.has_ticks else None
        return SafetyAnswers().after(known.answers) if known else None

    @property
    def prices(self) -> str:
        """The price list as this page shows it, for a hidden field of its own name."""
        services, add_ons = self.services.queryset, self.extras.queryset
        return price_list(services or (), add_ons or (), self.currency)

    @property
    def order(self) -> Order:
        """What is booked, once valid: the service with what is added to it."""
        return Order.of(self.cleaned_data["service"], self.cleaned_data.get("add_ons") or ())

    def shown(self) -> Terms | None:
        """What whoever typed this saw of price and length, once valid."""
        return terms_in_price_list(self.data.get(PRICES, ""), self.order)

    def clean_key(self) -> str:
        """The key must be one that this page minted."""
        try:
            return str(uuid.UUID(self.cleaned_data["key"]))
        except ValueError:
            raise forms.ValidationError(_("This form is broken. Please open it again.")) from None

    def clean(self) -> dict[str, Any]:
        """Who it is for, when it begins, and that one time is meant."""
        cleaned = super().clean()
        check_plausible_dates(self, "day")
        self.choose_client()
        self.must_go_together()
        self.moment = moment_of_fields(self, "day", "time") if cleaned.get("time") else cleaned.get("start")
        self.must_be_one_time()
        if self.moment is None and "time" not in self.errors:
            self.add_error("time", _("Please choose one of the free times, or type another."))
        elif self.moment is not None and timezone.localdate(self.moment) != cleaned.get("day"):
            # The list was made for another day than the one that is now in the field.
            self.add_error("time", _("That free time is on another day. Please choose again."))
        return cleaned

    def must_be_one_time(self) -> None:
        """A free time that is ticked and another that is typed: no guess which was meant."""
        ticked = self.cleaned_data.get("start")
        self.has_two_times = bool(ticked and self.moment) and ticked != self.moment
        if self.has_two_times:
            words = _("%(ticked)s is chosen above. Choose it again and empty this field, or send it stands now.")
            self.add_error("time", words % {"ticked": locale.current_formats().clock(timezone.localtime(ticked))})

    def must_go_together(self) -> None:
        """What is added is offered with the service; what is not is named beside it."""
        service, add_ons = self.cleaned_data.get("service"), self.cleaned_data.get("add_ons")
        if service is None or not add_ons:
            return
        try:
            must_offer_add_ons(Order.of(service, add_ons))
        except AddOnNotOffered as refusal:
            self.add_error("add_ons", refusal.for_team)
            return
        therapist = self.cleaned_data.get("therapist")
        if therapist and not current_configuration().gives_all(therapist.pk, self.order.techniques):
            who = {"name": therapist.name}
            self.add_error("therapist", _("%(name)s does not give what is added. Choose somebody else.") % who)

    def choose_client(self) -> None:
        """The file that was picked, or a name for a new one."""
        typed = self.cleaned_data
        if typed.get("client"):
            self.chosen = self.people.filter(public_id=typed["client"]).first()
            if self.chosen is None:
                self.add_error(None, _("This client's file is not there any more. Please search again."))
            return
        names = ("first_name", "last_name")
        if not self.errors.keys() & {*names} and not any(typed[name] for name in names):
            self.add_error("first_name", _("Please search for the client above, or type a name here."))
        elif not self.errors.keys() & {*PERSON_FIELDS}:
            self.must_be_told_apart()

    def must_be_told_apart(self) -> None:
        """No second file for somebody who may have one, until the desk has looked at it and says who it is."""
        typed = {name: self.cleaned_data[name] for name in PERSON_FIELDS}
        if self.people.same_person(**{name: typed[name] for name in PERSON_FIELDS if name != "phone"}).exists():
            return
        self.duplicates = list(self.people.likely_duplicates_of(Client(**typed))[:MOST_DUPLICATES])
        if {str(each.public_id) for each in self.duplicates} - set(self.cleaned_data["apart"].split()):
            self.add_error("apart", _("There is a file that may be of this person. Please choose: is it this one?"))

    @cached_property
    def same_contact(self) -> list[tuple[Client, str]]:
        """Other files with the phone or e-mail of a new client as typed, each with what is the same."""
        if not self.is_bound or self["client"].value():
            return []
        email, phone = (self.cleaned_data.get(name, "") for name in ("email", "phone"))
        others = self.people.reached_at(email=email, phone=phone).exclude(pk__in=[each.pk for each in self.duplicates])
        digits = phone_digits(phone)
        return [
            (each, str(_("Same phone.") if digits and each.phone_key == digits else _("Same e-mail.")))
            for each in others[:MOST_DUPLICATES]
        ]

    @property
    def names_new_client(self) -> bool:
        """Whether somebody without a file is named, so that the fields for that stand open."""
        field = self["first_name"]
        return bool(field.value() or field.errors)

    @property
    def names_other_time(self) -> bool:
        """Whether a time beside the free ones is meant, so that the fields for that stand open."""
        field = self["time"]
        return bool(field.value() or field.errors or self["override"].value())

    @property
    def names_place(self) -> bool:
        """Whether a room or kit is meant, so that the fields for that stand open."""
        return any(self[name].value() for name in ("room", "kit") if name in self.fields)

    @property
    def duplicate_ids(self) -> str:
        """What the box for “another person” sends: the files that it was ticked under."""
        return " ".join(str(each.public_id) for each in self.duplicates)

    @property
    def begins(self) -> dt.datetime:
        """When the appointment begins, once valid: an aware datetime."""
        if self.moment is None:
            raise ValueError("the form is not valid")
        return self.moment

    def person(self) -> PersonDetails | Client:
        """Who it is for, once valid."""
        typed = {name: self.cleaned_data[name] for name in PERSON_FIELDS}
        return self.chosen or PersonDetails(**typed, apart_from=tuple(each.pk for each in self.duplicates))
