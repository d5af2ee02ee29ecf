"""The two forms of the set-up: which practice, and whose."""

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.accounts.attempts import count_try
from clinic.country.codes import check_country, check_currency
from clinic.country.defaults import TAX_NAMES, ZoneChoice, countries_by_name, currency_of, zones_of
from clinic.country.emergency_numbers import EMERGENCY_NUMBERS
from clinic.identity import address_equals
from clinic.identity.fields import MailboxFormField
from clinic.models import Practice, User
from clinic.models.practice import check_one_line
from clinic.setup.code import is_set_up_code
from clinic.web.throttle import Throttled


class PracticeNameForm(forms.Form):
    """The code from the log, the practice's name and its country."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("Eight letters and digits. They stand in the log of the web server."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name of your practice"),
        max_length=120,
        validators=[check_one_line],
        help_text=_("Clients read it on every page and in every mail."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        validators=[check_country],
        help_text=_("Brings currency, clock and calendar, emergency number and the name of the tax."),
    )

    def __init__(self, *args: Any, request: HttpRequest, is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        if is_known:
            del self.fields["code"]
        choices = [("", gettext("Please choose")), *countries_by_name()]
        cast("forms.ChoiceField", self.fields["country"]).choices = choices

    def clean_code(self) -> str:
        """The right code; each wrong one counts against the network that it comes from."""
        typed = str(self.cleaned_data["code"])
        try:
            tries = count_try(self.request, account="set-up", user=None, scope="setup")
        except Throttled as refusal:
            raise ValidationError(refusal.message) from refusal
        if not is_set_up_code(typed):
            raise ValidationError(
                gettext("That is not the code. Please look for the last line with “Set-up code” in the log.")
            )
        tries.were_right()
        return typed


class NewPasswordField(forms.CharField):
    """A password that somebody chooses."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, max_length=200, **options)


class OwnerForm(forms.Form):
    """What the country left open or might have wrong, and the first owner."""

    time_zone = forms.ChoiceField(label=_("Time zone"))
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Three letters, for example EUR."))
    own_emergency_number = Practice._meta.get_field("own_emergency_number").formfield()
    tax_name = Practice._meta.get_field("tax_name").formfield()
    owner_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        validators=[check_one_line],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = MailboxFormField(label=_("Your e-mail"), help_text=_("You sign in with it. Clients do not see it."))
    password = NewPasswordField(
        label=_("A password"), help_text=_("Twelve characters or more: a few words that only you put together.")
    )
    password_again = NewPasswordField(label=_("The same again"))

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        self.country, self.zones = country, zones_of(country)
        kwargs["initial"] = {
            "time_zone": self.zones[0].name if len(self.zones) == 1 else "",
            "currency": currency_of(country),
            "tax_name": TAX_NAMES.get(country, ""),
        }
        super().__init__(*args, **kwargs)
        choices = [(each.name, zone_label(each)) for each in self.zones]
        if len(choices) > 1:
            choices.insert(0, ("", gettext("Please choose")))
        cast("forms.ChoiceField", self.fields["time_zone"]).choices = choices
        self.fields["own_emergency_number"].help_text = (
            gettext("Empty: %(number)s.") % {"number": self.known_number}
            if self.known_number
            else gettext("We do not know your country’s. Without one, pages say “your local emergency number”.")
        )

    @property
    def known_number(self) -> str:
        """The country's emergency number, as far as we know it."""
        return EMERGENCY_NUMBERS.get(self.country, "")

    @property
    def asked(self) -> list[forms.BoundField]:
        """What the country does not tell."""
        return [self[name] for name in ("time_zone", "currency", "own_emergency_number") if not self.is_told(name)]

    @property
    def folded(self) -> list[forms.BoundField]:
        """What the country tells, to look at and to change."""
        told = ("time_zone", "currency", "own_emergency_number")
        return [*(self[name] for name in told if self.is_told(name)), self["tax_name"]]

    @property
    def is_wrong_in_folded(self) -> bool:
        """Whether an error stands among what is folded away."""
        return any(field.errors for field in self.folded)

    def is_told(self, name: str) -> bool:
        """Whether the country answers a field."""
        return bool(self.known_number) if name == "own_emergency_number" else bool(self.initial[name])

    def clean_currency(self) -> str:
        """A currency in use, in capitals."""
        typed = str(self.cleaned_data["currency"]).upper()
        check_currency(typed)
        return typed

    def clean_email(self) -> str:
        """An address that nobody signs in with yet."""
        typed = str(self.cleaned_data["email"])
        if User.objects.filter(address_equals(typed)).exists():
            raise ValidationError(gettext("This e-mail is already in use."))
        return typed

    def clean(self) -> dict[str, Any]:
        """By the practice's own rules; twice the same password, and a good one."""
        typed = super().clean() or {}
        ruled = {name: typed.get(name, "") for name in ("own_emergency_number", "tax_name")}
        try:
            Practice(**ruled).clean_fields(exclude={each.name for each in Practice._meta.fields} - ruled.keys())
        except ValidationError as error:
            self.add_error(None, error)
        first, again = typed.get("password"), typed.get("password_again")
        if first and again and first != again:
            self.add_error("password_again", gettext("These are not the same."))
        elif first:
            try:
                validate_password(first, self.owner)
            except ValidationError as error:
                self.add_error("password", error)
        return typed

    @property
    def owner(self) -> User:
        """Whoever was typed, unsaved."""
        return User(email=self.cleaned_data.get("email", ""), name=self.cleaned_data.get("owner_name", ""))


def zone_label(zone: ZoneChoice) -> str:
    """A zone as it stands in the list."""
    city = zone.name.rpartition("/")[2].replace("_", " ")
    return city if zone.label == city else f"{zone.label}: {city}"
