"""Model fields and form fields for people: whatever a form, a script or the admin hands over, one form is kept.

The model fields tidy what they are given when it is cleaned and when it is saved, and refuse (ValidationError) what
cannot be read, so that no path writes anything else. In migrations they are plain text columns.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.identity.mailboxes import canonical_mailbox, shown_mailbox
from clinic.identity.names import tidy_name
from clinic.identity.phones import LONGEST_PHONE, read_phone, shown_phone

NAME_REQUIRED = gettext_lazy("Please fill this in.")

if TYPE_CHECKING:
    Text: TypeAlias = models.CharField[str, str]
    Email: TypeAlias = models.EmailField[str, str]
else:
    Text, Email = models.CharField, models.EmailField


def phone_region() -> str:
    """The country that a number without a country code is dialled in: the practice's."""
    return apps.get_model("clinic", "Practice").current().country


class NameFormField(forms.CharField):
    """A name of one person."""

    default_error_messages = {"required": NAME_REQUIRED}

    def to_python(self, value: Any) -> str:
        """The name as it is kept."""
        return tidy_name(str(super().to_python(value) or ""))


class MailboxFormField(forms.EmailField):
    """An e-mail address, as it is shown."""

    default_validators = []
    default_error_messages = {"required": NAME_REQUIRED}

    def to_python(self, value: Any) -> str:
        """The address as it is shown; its mailed form is `clinic.identity.mailbox` of it."""
        text = str(super().to_python(value) or "")
        if not text:
            return ""
        try:
            return shown_mailbox(text)
        except ValidationError as error:
            said = self.error_messages.get(error.code or "", error.message)
            raise ValidationError(said, code=error.code) from error


class PhoneFormField(forms.CharField):
    """A telephone number: typed in any way, kept as E.164, shown as it is dialled here."""

    widget = forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "type": "tel"})

    def to_python(self, value: Any) -> str:
        """The number as it is kept."""
        text = str(super().to_python(value) or "")
        return read_phone(text, region=phone_region()) if text else ""

    def prepare_value(self, value: Any) -> Any:
        """What stands in the field: a kept number as people write it, what was typed as it was typed."""
        return shown_phone(value, region=phone_region()) if isinstance(value, str) and value.startswith("+") else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another number was typed; another way to write it is no change."""
        try:
            return bool(self.to_python(data) != (initial or ""))
        except ValidationError:
            return True


class NormalisedField(Text):
    """A text column whose value is brought into one form before it is validated or written."""

    form_field: type[forms.Field] = forms.CharField
    plain_column = "CharField"

    def tidy(self, value: str) -> str:
        """The one form of a value. Raises ValidationError."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """The value in its one form."""
        return self.tidy(value) if isinstance(value, str) else super().to_python(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The value in its one form, which the instance then has too."""
        value = getattr(model_instance, self.attname)
        if isinstance(value, str):
            value = self.tidy(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        """A value to be looked for is taken as it is: looking for nonsense finds nothing, and is no error."""
        return value if isinstance(value, str) else super().get_prep_value(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """What an `update` writes takes this way too."""
        tidy = self.tidy(value) if isinstance(value, str) else value
        return super().get_db_prep_save(tidy, connection)

    def formfield(self, **kwargs: Any) -> Any:
        """A form field that reads values alike."""
        return super().formfield(**{"form_class": self.form_field, **kwargs})

    def deconstruct(self) -> Any:
        """In a migration a plain column: old migrations must not change with the rules of today."""
        name, _path, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.plain_column}", args, kwargs


class NameField(NormalisedField):
    """A first or last name."""

    form_field = NameFormField

    def tidy(self, value: str) -> str:
        """As `tidy_name` says."""
        return tidy_name(value)


class PhoneField(NormalisedField):
    """A telephone number as E.164, with its extension as in RFC 3966."""

    form_field = PhoneFormField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST_PHONE, **kwargs})

    def tidy(self, value: str) -> str:
        """As `read_phone` says; a number that is kept already needs no country to be read."""
        return read_phone(value, region="ZZ" if value.startswith("+") else phone_region()) if value.strip() else ""


class MailboxField(NormalisedField, Email):
    """An e-mail address as it is shown, or (`mailed`) as it is mailed and compared."""

    form_field = MailboxFormField
    plain_column = "EmailField"
    default_validators: list[Callable[[str], None]] = []

    def __init__(self, *args: Any, mailed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mailed = mailed

    def tidy(self, value: str) -> str:
        """In small letters; in ASCII where it is to be mailed."""
        if not value.strip():
            return ""
        return canonical_mailbox(value) if self.mailed else shown_mailbox(value)


class DerivedField(Text):
    """A column computed from others of its row whenever the row is written: a key to compare, search or sort by.

    The columns that it is computed from must stand before it, so that they are tidied first. `save(update_fields=...)`
    must name it beside them; `clients.models.Client.save` does.
    """

    def __init__(self, *args: Any, compute: Callable[[Any], str] = str, **kwargs: Any) -> None:
        super().__init__(*args, **{"editable": False, "blank": True, **kwargs})
        self.compute = compute

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The value for the row as it stands now, which the instance then has too."""
        value = self.compute(model_instance)[: self.max_length]
        setattr(model_instance, self.attname, value)
        return value

    def deconstruct(self) -> Any:
        """In a migration a plain column."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def two_empty_names() -> ValidationError:
    """For a person without any name."""
    return ValidationError(_("Please give a name. One is enough."), code="required")
