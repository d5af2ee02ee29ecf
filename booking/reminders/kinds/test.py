"""A mail by which an owner learns whether the mail server takes mails (clinic.mail.trial)."""

from django.utils.translation import gettext_lazy

from clinic.mail.kinds import TEST, MailKind, register_kind


@register_kind
class TestMail(MailKind):
    """It says nothing but that it came."""

    code, label = TEST, gettext_lazy("test mail")
