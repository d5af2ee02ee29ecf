"""A fresh proof of who somebody is, before everything leaves in one file."""

import time
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.web.post_only import View, form_page_of


def signed_in_recently(request: HttpRequest) -> bool:
    """Whether they signed in, or showed again who they are, less than five minutes ago."""
    records = get_authentication_records(request, request.user)
    return bool(records) and time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def requires_recent_sign_in(view: View) -> View:
    """Under `post_only`: ask for password or code first, unless just given; then back to the form's page."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if signed_in_recently(request):
            return view(request, *args, **kwargs)
        messages.info(request, _("Please show once more that it is you, then press the button again."))
        back = urlencode({"next": form_page_of(request.resolver_match, request.path)}, safe="/")
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{back}")

    return wrapped  # type: ignore[return-value] # Django calls it would call the view
