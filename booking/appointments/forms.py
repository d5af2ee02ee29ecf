"""The forms of the public booking: the safety question, the details, and a reason for cancelling."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.appointments.booking_request import PersonDetails
from booking.models import AddOn
from booking.scheduling.terms import POLICY
from clinic.identity import likely_meant
from clinic.identity.fields import MailboxFormField, NameFormField, PhoneFormField, two_empty_names
from clinic.templatetags.moments import price

# How a form says that its person is not the one who fills it in.
FOR_OTHER = "other"
PERSON_FIELDS = ("first_name", "last_name", "email", "phone")
DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def form_helper(*fields: object) -> FormHelper:
    """One form style: no form tag (the page has it, with its buttons), errors beside their fields."""
    made = FormHelper()
    made.form_tag = False
    made.form_show_errors = True
    made.layout = Layout(*fields)
    return made


class LaidOut(forms.BaseForm):
    """Mixed into a form: its fields in our one style, one below the other, or as `layout` places them."""

    layout: ClassVar[tuple[object, ...]] = ()

    @property
    def helper(self) -> FormHelper:
        """How crispy draws it."""
        return form_helper(*(self.layout or self.fields))


def add_on_label(add_on: AddOn, currency: str) -> SafeString:
    """An add-on as a card to tick: its name, what it takes and costs, and what it is."""
    takes = _("%(minutes)s minutes more, ") % {"minutes": add_on.minutes} if add_on.minutes else ""
    return format_html(
        "<strong>{}</strong>, {}{}{}",
        add_on.name,
        takes,
        price(add_on.price, currency),
        format_html('<span class="choice-note">{}</span>', add_on.description) if add_on.description else "",
    )


class AddOnsForm(forms.Form):
    """What may be added. A GET form: it validates nothing, since the next page reads the address anew."""

    add_ons = forms.MultipleChoiceField(
        label=_("You can leave all of it out."), required=False, widget=forms.CheckboxSelectMultiple
    )
    start = forms.CharField(required=False, widget=forms.HiddenInput)
    therapist = forms.CharField(required=False, widget=forms.HiddenInput)
    day = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, offered: Iterable[AddOn], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.slug, add_on_label(each, currency)) for each in offered]
        cast("forms.MultipleChoiceField", self.fields["add_ons"]).choices = choices
        # An empty part of an address would count as one that cannot be read.
        given = {"add_ons": choices, **{name: self.initial.get(name) for name in ("start", "therapist", "day")}}
        self.fields = {name: field for name, field in self.fields.items() if given[name]}
        parts = {"add_ons": Field("add_ons", wrapper_class="choice-cards")}
        self.helper = form_helper(*(parts.get(name, name) for name in self.fields))
        self.helper.disable_csrf = True


class PersonForm(forms.Form):
    """Who books. Lengths are those of the client's file. The API checks people with it too."""

    first_name = NameFormField(
        label=_("First name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    last_name = NameFormField(
        label=_("Last name"),
        max_length=80,
        required=False,
        help_text=_("If you have one name only, one of the two is enough."),
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    email = MailboxFormField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("Your confirmation and the link to move or cancel go here."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneFormField(
        label=_("Phone"),
        required=False,
        max_length=60,
        help_text=_("If you like: only for when something changes on the day."),
    )

    def clean(self) -> dict[str, Any]:
        """One name at least: not everybody has two."""
        cleaned = super().clean() or {}
        if not self.errors.keys() & {"first_name", "last_name"} and not (cleaned["first_name"] or cleaned["last_name"]):
            self.add_error("first_name", two_empty_names())
        return cleaned

    def person(self) -> PersonDetails:
        """Who books, once valid."""
        return PersonDetails(**{name: self.cleaned_data[name] for name in PERSON_FIELDS})


class DetailsForm(LaidOut, PersonForm):
    """Who books, a note, and the tick under the policy. `key` makes a second sending the same booking (I4)."""

    note = forms.CharField(
        label=_("A note for us"),
        required=False,
        max_length=1000,
        help_text=_("Such as parking or a pram. No health details here, please: the health form asks for them."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    policy = forms.BooleanField(
        label=_("I accept the booking policy"),
        error_messages={"required": _("Please accept the policy so that we can book you in.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    for_whom = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    email_asked = forms.CharField(required=False, max_length=254, widget=forms.HiddenInput)
    """The address of which was asked whether it is right: sent once more it is."""

    # After who it is for and who books.
    LAST: ClassVar[tuple[object, ...]] = (
        "note",
        HTML('<div class="policy" id="policy">{{ practice.policy|linebreaks }}</div>'),
        Div(Field("policy", aria_describedby="policy"), css_class="choice-cards"),
        "key",
        "email_asked",
    )
    layout = ("for_whom", *PERSON_FIELDS, *LAST)
    KEPT: ClassVar[tuple[str, ...]] = (*PERSON_FIELDS, "note", "policy", POLICY)
    is_for_other: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        whom = FOR_OTHER if self.is_for_other else ""
        kwargs["initial"] = {**(kwargs.get("initial") or {}), "key": uuid.uuid4(), "for_whom": whom}
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """A slip in the mailbox's domain is asked about once: what goes there is read by somebody else."""
        cleaned = super().clean()
        typed = cleaned.get("email", "")
        if (meant := likely_meant(typed)) and cleaned.get("email_asked") != typed:
            self.data = {**{name: self.data[name] for name in self.data}, "email_asked": typed}
            said = _("Did you mean %(meant)s? If what you typed is right, send it once more.")
            self.add_error("email", ValidationError(said, params={"meant": meant}, code="slip"))
        return cleaned

    def booker(self) -> PersonDetails | None:
        """Who books for the person of the form; None where they are the same."""
        return None

    @property
    def typed(self) -> dict[str, str]:
        """What to put back when another time is chosen, as typed."""
        return {name: self.data[name][:2000] for name in self.KEPT if self.data.get(name)}

    @property
    def holds_words(self) -> bool:
        """Whether something was typed, now or before another time was chosen."""
        return bool(self.typed or self.initial.get("last_name"))

    def with_fresh_key(self) -> "DetailsForm":
        """A copy of the form with a new key, for when the old one was used for something else or tampered with."""
        kept = ("for_whom", "email_asked", *self.KEPT)
        self.data = {**{name: self.data.get(name, "") for name in kept}, "key": str(uuid.uuid4())}
        if not self.data["policy"]:
            del self.data["policy"]
        return self

    def without_policy(self) -> None:
        """A copy of the form with the policy still to be accepted, because its text has changed."""
        self.data = {name: value for name, value in self.data.items() if name != "policy"}


class ClientCancelForm(LaidOut, forms.Form):
    """Why the client cancels, if they care to say."""

    reason = forms.CharField(
        label=_("Would you tell us why?"),
        required=False,
        max_length=300,
        validators=[RegexValidator(r"\x00", inverse_match=True)],
        help_text=_("Only if you like. No health details, please."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def check_plausible_dates(form: forms.Form, *names: str) -> None:
    """Refuse dates so far away that no calendar reaches them."""
    for name in names:
        date = form.cleaned_data.get(name)
        if isinstance(date, dt.date) and not 1970 <= date.year <= 2200:
            form.add_error(name, _("That year is too far away."))


OTHER_NAMES = ("other_first_name", "other_last_name")


class OtherPersonForm(DetailsForm):
    """Who comes has a name; who books has name, mailbox and phone."""

    other_first_name = NameFormField(
        label=_("First name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    other_last_name = NameFormField(
        label=_("Last name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    KEPT: ClassVar[tuple[str, ...]] = (*OTHER_NAMES, *DetailsForm.KEPT)
    is_for_other: ClassVar[bool] = True
    layout = (
        "for_whom",
        Fieldset(_("Who comes"), *OTHER_NAMES, css_class="person-group"),
        Fieldset(_("Who books: you"), *PERSON_FIELDS, css_class="person-group"),
        *DetailsForm.LAST,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _("The confirmation and the health form for them go here.")

    def clean(self) -> dict[str, Any]:
        """Both have a name."""
        cleaned = super().clean()
        if not self.errors.keys() & set(OTHER_NAMES) and not any(cleaned[name] for name in OTHER_NAMES):
            self.add_error(OTHER_NAMES[0], two_empty_names())
        return cleaned

    def person(self) -> PersonDetails:
        """Who comes, reached through who books; once valid."""
        typed = self.cleaned_data
        return replace(super().person(), first_name=typed["other_first_name"], last_name=typed["other_last_name"])

    def booker(self) -> PersonDetails | None:
        """Who books; once valid."""
        return super().person()
