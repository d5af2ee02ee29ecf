"""`/setup/`: two pages until the first owner exists, and never again."""

import datetime as dt
from collections.abc import Callable
from functools import wraps

from babel.numbers import get_currency_name
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.accounts.first_sign_in import sign_in_with_new_password
from clinic.accounts.second_factor import is_team_member
from clinic.country.defaults import countries_by_name
from clinic.country.locale import LANGUAGE, formats_of, tag_of
from clinic.models import User
from clinic.setup.actions import AlreadySetUp, NewPractice, set_practice_up
from clinic.setup.code import announce_code, is_set_up_open
from clinic.setup.forms import OwnerForm, PracticeNameForm
from clinic.web.http import HttpRequest

# In the session of whoever typed the right code: name and country of the practice.
STARTED = "set-up"
# Kept while they are signed in: the page of the second factor is the last step of the set-up then.
FIRST_OWNER = "first_owner"
SAMPLE = dt.datetime(2027, 11, 26, 14, 30, tzinfo=dt.UTC)
SetUpView = Callable[[HttpRequest], HttpResponse]


def while_open(view: SetUpView) -> SetUpView:
    """Answer only until there was an owner; then whoever works here is led to the desk, and nobody else finds it."""

    @wraps(view)
    def wrapped(request: HttpRequest) -> HttpResponse:
        if is_set_up_open(request.practice):
            return view(request)
        if isinstance(request.user, User) and is_team_member(request.user):
            return redirect("booking:desk")
        raise Http404

    return wrapped


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def setup_page(request: HttpRequest) -> HttpResponse:
    """The code, the name of the practice, its country."""
    announce_code()
    started = request.session.get(STARTED)
    initial = started or {"country": country_of_browser(request)}
    data = request.POST if request.method == "POST" else None
    form = PracticeNameForm(data, request=request, is_known=started is not None, initial=initial)
    if form.is_bound and form.is_valid():
        if started is None:
            request.session.cycle_key()
        request.session[STARTED] = {name: form.cleaned_data[name] for name in ("name", "country")}
        return redirect("setup-owner")
    return render(request, "clinic/setup/practice.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def owner_page(request: HttpRequest) -> HttpResponse:
    """What the country brings, and who owns the practice. On POST they are signed in; the second factor comes next."""
    started = request.session.get(STARTED)
    if started is None:
        return redirect("setup")
    form = OwnerForm(request.POST if request.method == "POST" else None, country=started["country"])
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        brought = ("time_zone", "currency", "own_emergency_number", "tax_name")
        asked = NewPractice(**started, **{name: typed[name] for name in brought})
        try:
            owner = set_practice_up(asked, owner=form.owner, password=typed["password"], request=request)
        except AlreadySetUp:
            return redirect("setup")
        answer = sign_in_with_new_password(request, owner.email, typed["password"])
        request.session[FIRST_OWNER] = True
        return answer
    context = {"form": form, "name": started["name"], "facts": facts_of(form)}
    return render(request, "clinic/setup/owner.html", context, status=422 if form.errors else 200)


def facts_of(form: OwnerForm) -> list[tuple[str, str]]:
    """What the country brings, in words: those facts that it tells."""
    formats, currency = formats_of(tag_of(form.country)), str(form.initial["currency"])
    found = [(_("Country"), dict(countries_by_name())[form.country])]
    if len(form.zones) == 1:
        found.append((_("Time zone"), form.zones[0].name.replace("_", " ")))
    if currency:
        found.append((_("Currency"), f"{get_currency_name(currency, locale=LANGUAGE)}, {currency}"))
    week = _("the week begins on %(day)s") % {"day": formats.weekdays()[0][1]}
    found.append((_("Times and dates"), f"{formats.clock(SAMPLE)}, {formats.full_date(SAMPLE)}; {week}"))
    if form.known_number:
        found.append((_("Emergency number"), form.known_number))
    tax = str(form.initial["tax_name"])
    said = _("%(tax)s; none is named on receipts until you set a rate") % {"tax": tax} if tax else _("none is named")
    found.append((_("Tax on receipts"), said))
    return found


def country_of_browser(request: HttpRequest) -> str:
    """The country that the browser's language names, such as `de-AT`; empty where it names none."""
    wanted = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].strip()
    region = wanted.rpartition("-")[2].upper()
    return region if region in dict(countries_by_name()) and "-" in wanted else ""
