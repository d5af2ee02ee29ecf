"""The mail server: what is set, never its password, and a real test mail with what is wrong in plain words."""

from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from booking.appointments.access import owner_only
from booking.desk.settings.frame import sent, status_of
from clinic.checks import sender_warnings
from clinic.identity.fields import MailboxFormField
from clinic.mail.server import MailServer, Security, mail_server
from clinic.mail.trial import send_test_mail
from clinic.web.http import StaffRequest, refusals_in
from clinic.web.throttle import throttle_key

# A test mail goes to any address: an owner's sign-in in the wrong hands must not write to the whole world.
MOST_TEST_MAILS = "20/h"


class TestMailForm(forms.Form):
    """Where the test mail goes."""

    to = MailboxFormField(label=gettext_lazy("Send a test mail to"))


# How the connection is protected.
PROTECTION = {
    Security.PLAIN: gettext_lazy("none: passwords and mails cross the network in the clear"),
    Security.STARTTLS: gettext_lazy("TLS (STARTTLS)"),
    Security.TLS: gettext_lazy("TLS"),
}


def server_that_is_set() -> MailServer | None:
    """The server of EMAIL_URL; None where none is set, or what is set names none."""
    try:
        return mail_server(settings.EMAIL_URL) if settings.EMAIL_URL else None
    except ImproperlyConfigured:
        return None


@owner_only
@require_http_methods(["GET", "HEAD", "POST"])
def mail_server_page(request: StaffRequest) -> HttpResponse:
    """What is set; on POST a test mail goes out while the owner waits, and the page says what came of it."""
    server, found = server_that_is_set(), None
    form = TestMailForm(sent(request) if server else None, initial={"to": request.user.email})
    if form.is_bound and form.is_valid():
        with refusals_in(form, "to"):
            throttle_key(str(request.user.pk), scope="test-mail", rate=MOST_TEST_MAILS)
            found = send_test_mail(form.cleaned_data["to"], practice=request.practice)
    context = {
        "form": form,
        "server": server,
        "protection": PROTECTION[server.security] if server else "",
        "sender": settings.DEFAULT_FROM_EMAIL,
        "sender_hints": [each.hint for each in sender_warnings()],
        "mail_folder": settings.MAIL_DIR,
        "found": found,
    }
    return render(request, "booking/desk/settings/mail_server.html", context, status=status_of(form))
