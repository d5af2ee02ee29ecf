"""How people sign in: accounts are made by the practice, never by a stranger."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clinic.accounts.attempts import count_try
from clinic.accounts.devices import forget_person, remember_device
from clinic.accounts.fresh_proof import signed_in_recently
from clinic.accounts.handover import release_browser
from clinic.accounts.second_factor import EXEMPT_URL_NAMES, is_team_member
from clinic.accounts.security import record_security_event
from clinic.accounts.sessions import begin_session
from clinic.accounts.sign_in import page_after_sign_in
from clinic.identity import address_equals
from clinic.models import SecurityEvent, User
from clinic.web.middleware import GetResponse
from clinic.web.throttle import Throttled, network_key

# Of allauth's pages: an address is what a person signs in with, so that the practice changes it, or a mailed code.
UNUSED_URL_NAMES = frozenset(
    {*("account_email", "account_email_verification_sent"), *("account_confirm_email", "account_confirm_login_code")}
)
# Clients come in by a mailed code. A password of theirs would outlast the mailbox.
CLIENT_URL_NAMES = frozenset({"account_login", "account_logout"})


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """allauth's rules for this practice."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The e-mail or the password is not right."),
        "too_many_login_attempts": _("Too many wrong tries. Please wait a minute and try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves; the admin makes staff, a mailed code lets clients in."""
        return False

    def format_email_subject(self, subject: str) -> str:
        """As it is written: allauth would put the machine's name before it."""
        return subject

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that failed sign-ins are counted by: the person's, not that of the proxy in front of everyone."""
        return network_key(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail, at the address that the practice set: whoever asks writes the Host header."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return str(settings.SITE_URL) + path.replace("UID-KEY", quote(key))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who these credentials are; each try counts first, and a right one forgets the wrong ones."""
        address = str(credentials.get("email", ""))
        user = User.objects.filter(address_equals(address)).first()
        try:
            tries = count_try(request, account=address, user=user, scope="password")
        except Throttled as error:
            if user is not None and is_team_member(user) and error.is_first:
                record_security_event(user, SecurityEvent.Kind.HELD_UP, request=request)
            raise self.validation_error("too_many_login_attempts") from error
        found: User | None = super().authenticate(request, **credentials)
        if found is not None:
            tries.were_right()
        return found

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin the session, and remember the browser."""
        super().login(request, user)
        known, is_new = remember_device(request, user)
        begin_session(request, own=known.device.is_practice_device)
        release_browser(request)
        if is_team_member(user):
            record_security_event(
                user, SecurityEvent.Kind.NEW_BROWSER if is_new else SecurityEvent.Kind.SIGNED_IN, request=request
            )

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """On to where they wanted to go: first to what waits to be sent again, and never to a form that takes POST
        only. Somebody new, for whom the owner has not said what they do here, reads that."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not is_team_member(user):
            return HttpResponseRedirect(reverse("new-colleague"))
        return HttpResponseRedirect(page_after_sign_in(request, user, response["Location"]))

    def logout(self, request: HttpRequest) -> None:
        """Sign out by hand: the device asks for everything again."""
        if isinstance(request.user, User):
            forget_person(request, request.user)
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Ask for the password again before anything about the second factor, unless it was typed just now.

        Who signs in without one is led to set it up: asking for the same password twice in a minute protects nobody.
        """
        if signed_in_recently(self.request):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))


def hide_unused_account_pages(get_response: GetResponse) -> GetResponse:
    """Answer 404 on those pages of allauth that are nobody's here, and to clients on all but the way in and out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_view(request: HttpRequest, _view: Callable[..., HttpResponse], _args: object, _kwargs: object) -> None:
        name = (request.resolver_match.url_name if request.resolver_match else None) or ""
        is_client = isinstance(request.user, User) and not is_team_member(request.user)
        if name in UNUSED_URL_NAMES or (
            is_client and name.startswith(EXEMPT_URL_NAMES) and name not in CLIENT_URL_NAMES
        ):
            raise Http404

    middleware.process_view = process_view  # type: ignore[attr-defined] # Django looks for the attribute
    return middleware
