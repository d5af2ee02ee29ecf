"""People who sign in: by e-mail, whatever its capitals."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.identity import address_equals
from clinic.identity.fields import MailboxField
from clinic.models.versioned import Versioned


class UserManager(BaseUserManager["User"]):
    """Makes users and finds them by e-mail without minding capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a user; without a password only a mailed code can sign them in. Raises ValueError without an e-mail."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make an owner of the practice, who may do everything in the admin."""
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail; `Ana@Example.org` and `ana@example.org` are one person."""
        return self.get(address_equals(username or ""))


class User(AbstractBaseUser, PermissionsMixin, Versioned):
    """Someone with a sign-in: an admin, a therapist, or a client who came back."""

    email = MailboxField(
        _("e-mail"), mailed=True, unique=True, error_messages={"unique": _("This e-mail is already in use.")}
    )
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_staff = models.BooleanField(_("may use the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True, help_text=_("Untick instead of deleting."))
    date_joined = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = (("read_health_records", _("Reads health records")),)
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_any_case", violation_error_message=_("This e-mail is already in use.")
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name to greet with; the address where no name is known."""
        return self.name or self.email
