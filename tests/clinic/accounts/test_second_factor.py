"""Wrong tries, codes that work once, secrets that are sealed, and what is told of a sign-in."""

import importlib
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from booking.appointments.links import manage_token, mint_appointment_link
from clinic.accounts import codes, factor
from clinic.models import ClientLink, LinkPurpose, MailCode, OutgoingMail, SecurityEvent, User
from clinic.records.sealed import SealedUnreadable, seal_text, unseal_text
from tests.clinic.accounts.test_accounts import SECRET, sign_in
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast

MIRA, OWNER = "mira@stillwater.example", "owner@stillwater.example"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture(autouse=True)
def no_throttle_left_over(db: None) -> None:
    """Each test begins with a clean count of tries."""
    cache.clear()


def wrong(browser: Browser, times: int, **meta: str) -> None:
    """So many wrong passwords for Mira."""
    for _try in range(times):
        browser.post("/accounts/login/", {"login": MIRA, "password": "wrong and long"}, **meta)  # type: ignore[arg-type]


def enters(browser: Browser, **meta: str) -> bool:
    """Whether the right password opens the desk."""
    answer = browser.post("/accounts/login/", {"login": MIRA, "password": PASSWORD}, **meta)  # type: ignore[arg-type]
    return answer.status_code == 302


@pytest.mark.usefixtures("within_the_minute")
def test_wrong_passwords_from_elsewhere_hold_up_nobody_here(cast: Cast) -> None:
    wrong(Browser(), 12, **ELSEWHERE)
    assert not enters(Browser(), **ELSEWHERE)
    assert enters(Browser())
    assert SecurityEvent.objects.filter(kind="held-up", user__email=MIRA).count() == 1


@pytest.mark.usefixtures("within_the_minute")
def test_a_browser_that_signed_in_before_passes_on_the_network_of_who_guesses(cast: Cast) -> None:
    known, guesser = Browser(), Browser()
    assert enters(known)
    known.post("/accounts/logout/")
    wrong(guesser, 12)
    assert not enters(guesser)
    assert enters(known)


@pytest.fixture
def within_the_minute(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A clock for `clinic.accounts.attempts` that stands still until it is moved."""
    moment = [1_900_000_000.0]
    monkeypatch.setattr("clinic.accounts.attempts.time.time", lambda: moment[0])
    return moment


def test_after_a_minute_the_next_try_counts_however_many_there_were(cast: Cast, within_the_minute: Any) -> None:
    browser = Browser()
    for _minute in range(6):
        wrong(browser, 6)
        within_the_minute[0] += 60
    assert enters(browser)


def signs_in_with(code: str, **meta: str) -> bool:
    """Whether a code beside Mira's password opens the desk, in a new browser."""
    browser = Browser()
    sign_in(browser, MIRA)
    answer = browser.post(reverse("mfa_authenticate"), {"code": code}, **meta)  # type: ignore[arg-type] # headers
    return answer.status_code == 302 and browser.get("/desk/").status_code == 200


@pytest.fixture
def step(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> int:
    """Mira has an app; the clock stands in this step."""
    TOTP.activate(cast.mira.user, SECRET)
    monkeypatch.setattr("clinic.accounts.factor.time.time", lambda: 1_900_000_000.0)
    return factor.step_now()


@pytest.mark.parametrize(("away", "opens"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_the_code_of_the_step_before_and_after_opens(step: int, away: int, opens: bool) -> None:
    assert signs_in_with(factor.totp(SECRET, step + away)) is opens


def test_no_code_opens_twice_nor_one_before_it(step: int) -> None:
    assert signs_in_with(factor.totp(SECRET, step))
    assert not signs_in_with(factor.totp(SECRET, step))
    assert not signs_in_with(factor.totp(SECRET, step - 1))
    assert signs_in_with(factor.totp(SECRET, step + 1))


def test_the_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B: SHA-1, the last six of eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    found = [factor.totp(secret, seconds // 30) for seconds in (59, 1_111_111_109, 1_234_567_890, 20_000_000_000)]
    assert found == ["287082", "081804", "005924", "353130"]


WAYS = ("{}-{}", "{} {}", " {}\u200b{}\u200b ", "{}\u2013{}", "{}\u00a0{}", "wide", "arabic")


def tries_from_many_networks(code: str, times: int) -> bool:
    """Whether the last of so many browsers, each on a network of its own, opens the desk by this code."""
    opened = [
        signs_in_with("000000" if number < times - 1 else code, REMOTE_ADDR=f"203.0.113.{number}")
        for number in range(times)
    ]
    return opened[-1]


def test_a_code_is_not_guessed_from_many_networks_and_known_browsers_go_on(
    step: int, cast: Cast, monkeypatch: pytest.MonkeyPatch, within_the_minute: Any
) -> None:
    monkeypatch.setattr("clinic.accounts.attempts.ANYWHERE", 3)
    known = Browser()
    known.post("/accounts/login/", {"login": MIRA, "password": PASSWORD})
    known.post(reverse("mfa_authenticate"), {"code": factor.totp(SECRET, step - 1)})
    known.post("/accounts/logout/")
    assert not tries_from_many_networks(factor.totp(SECRET, step), 5)
    assert SecurityEvent.objects.filter(kind="held-up", user__email=MIRA).count() == 1
    known.post("/accounts/login/", {"login": MIRA, "password": PASSWORD})
    known.post(reverse("mfa_authenticate"), {"code": factor.totp(SECRET, step)})
    assert known.get("/desk/").status_code == 200


def written(code: str, way: str) -> str:
    """A code as somebody types or pastes it."""
    if way in {"wide", "arabic"}:
        zero = 0xFF10 if way == "wide" else 0x0660
        return "".join(chr(zero + int(digit)) for digit in code)
    return way.format(code[: len(code) // 2], code[len(code) // 2 :])


def test_a_code_is_read_however_it_is_typed(step: int, cast: Cast) -> None:
    assert {codes.digits_in(written("123456", way)) for way in WAYS} == {"123456"}
    assert signs_in_with(written(factor.totp(SECRET, step), "arabic"))
    assert signs_in_with(written(RecoveryCodes.activate(cast.mira.user).get_unused_codes()[0], " {}\u200b{}\u200b "))
    browser = Browser()
    browser.post("/me/sign-in/", {"email": "ana@example.org"})
    mailed = codes.new_code("ana@example.org", purpose="sign-in")
    assert browser.post("/me/code/", {"code": written(mailed, "{}\u2013{}")}).status_code == 302


def test_what_is_no_code_costs_no_try(step: int) -> None:
    browser = Browser()
    browser.post("/me/sign-in/", {"email": "ana@example.org"})
    code = codes.new_code("ana@example.org", purpose="sign-in")
    for typed in ("1234567", "123456789", "abcd efgh", f"{code}x", ""):
        assert browser.post("/me/code/", {"code": typed}).status_code == 422
        assert not signs_in_with(typed)
    assert MailCode.objects.get().tries == 0
    assert browser.post("/me/code/", {"code": code}).status_code == 302
    assert signs_in_with(factor.totp(SECRET, step))


def test_secrets_of_second_factors_are_nowhere_in_clear(cast: Cast) -> None:
    TOTP.activate(cast.owner, SECRET)
    recovery = RecoveryCodes.activate(cast.owner)
    assert len(recovery.get_unused_codes()) == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM mfa_authenticator t")
        (rows,) = cursor.fetchone()
    assert rows.count("sealed1.") == 2
    assert SECRET not in rows


def test_what_is_sealed_opens_by_an_earlier_key_and_for_its_purpose_alone(settings: Any) -> None:
    sealed = seal_text("words", purpose="one")
    assert unseal_text(sealed, purpose="one") == "words"
    for text, purpose in ((sealed, "other"), (sealed[:-4] + "AAAA", "one"), ("words", "one"), ("sealed1.x", "one")):
        with pytest.raises(SealedUnreadable):
            unseal_text(text, purpose=purpose)
    settings.SECRETS_KEY = "another key, long enough to be one"
    assert unseal_text(sealed, purpose="one") == "words"
    settings.SECRET_KEY, before = "a third key, as long as the others are", settings.SECRET_KEY
    with pytest.raises(SealedUnreadable):
        unseal_text(sealed, purpose="one")
    settings.SECRETS_KEY_FALLBACKS = [before]
    assert unseal_text(sealed, purpose="one") == "words"


def test_after_a_change_of_the_key_the_factors_are_sealed_anew(cast: Cast, settings: Any) -> None:
    TOTP.activate(cast.owner, SECRET)
    settings.SECRETS_KEY = "another key, long enough to be one"
    call_command("reseal")
    settings.SECRET_KEY = "a third key, as long as the others are"
    step = factor.step_now()
    assert factor.use_second_factor(cast.owner, factor.totp(SECRET, step)) is not None
    settings.SECRETS_KEY = "lost"
    with pytest.raises(CommandError, match=OWNER):
        call_command("reseal")


def test_with_a_lost_key_nobody_enters_and_nobody_meets_a_fault(cast: Cast, settings: Any) -> None:
    TOTP.activate(cast.mira.user, SECRET)
    settings.SECRETS_KEY, settings.SECRET_KEY = "lost", "lost as well"
    browser = Browser()
    sign_in(browser, MIRA)
    page = browser.post(reverse("mfa_authenticate"), {"code": "123456"})
    assert page.status_code == 200
    assert "cannot be read" in page.content.decode()
    call_command("remove_second_factor", "Mira@stillwater.example")
    assert not Authenticator.objects.exists()
    assert OutgoingMail.objects.get().to_email == MIRA
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "nobody@stillwater.example")


def told(kind: str, address: str = MIRA) -> tuple[int, int]:
    """How many events of a kind there are, and how many mails went to an address."""
    return SecurityEvent.objects.filter(kind=kind).count(), OutgoingMail.objects.filter(to_email=address).count()


def test_a_new_browser_is_told_once_and_each_sign_in_is_noted(cast: Cast) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"
    browser = Browser(HTTP_USER_AGENT=agent, REMOTE_ADDR="203.0.113.9")
    for _time in range(2):
        sign_in(browser, MIRA)
        browser.post("/accounts/logout/")
    assert told("new-browser") == (1, 1)
    assert told("signed-in") == (1, 1)
    event = SecurityEvent.objects.filter(kind="new-browser").get()
    assert (event.user.email, event.browser, event.network) == (MIRA, "Firefox, Windows", "203.0.113.9")
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.subject) == ("security", "Your sign-in")
    for body in (mail.text, mail.html):
        assert "Firefox, Windows" in body
        assert "203.0.113.9" not in body


def test_what_changes_at_a_sign_in_is_told_to_whose_it_is(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    browser = Browser()
    sign_in(browser, MIRA)
    OutgoingMail.objects.all().delete()
    text = browser.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'<code class="key">([A-Z2-7]+)</code>', text)
    assert found is not None
    used = factor.totp(found[1], factor.step_now())
    # allauth tells of what it does once that is certain.
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_activate_totp"), {"code": used})
    assert told("factor-on") == (1, 1)
    assert factor.use_second_factor(User.objects.get(email=MIRA), used) is None
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_generate_recovery_codes"))
    assert told("codes-made") == (1, 2)
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    assert signs_in_with(code)
    assert told("code-used")[0] == 1
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(reverse("mfa_deactivate_totp"))
    assert told("factor-off")[0] == 1
    new = {"oldpassword": PASSWORD, "password1": "stones by the river", "password2": "stones by the river"}
    browser.post(reverse("account_change_password"), new)
    assert told("password")[0] == 1


def test_what_an_owner_changes_is_told_to_whose_it_is(cast: Cast) -> None:
    owner, mira = Browser(), cast.mira.user
    owner.force_login(cast.owner)
    assert mira is not None
    TOTP.activate(mira, SECRET)
    changelist, page = reverse("admin:clinic_user_changelist"), reverse("admin:clinic_user_change", args=[mira.pk])
    owner.post(changelist, {"action": "remove_second_factor", "_selected_action": [mira.pk]})
    assert told("factor-off") == (1, 1)
    new = {"password1": "stones by the river", "password2": "stones by the river", "usable_password": "true"}
    owner.post(reverse("admin:auth_user_password_change", args=[mira.pk]), new)
    assert told("password") == (1, 2)
    form = owner.get(page).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    owner.post(page, {**typed, "email": "mira@elsewhere.example", "is_staff": ""})
    assert told("address") == (1, 3)
    assert told("rights", "mira@elsewhere.example") == (1, 1)
    assert {each.by for each in SecurityEvent.objects.all()} == {cast.owner}


def test_the_log_only_grows_and_only_owners_read_it(cast: Cast) -> None:
    sign_in(Browser(), MIRA)
    for change in (SecurityEvent.objects.all().delete, lambda: SecurityEvent.objects.update(kind="password")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    address = reverse("admin:clinic_securityevent_changelist")
    browser = Browser()
    browser.force_login(cast.owner)
    assert browser.get(address).status_code == 200
    browser.force_login(User.objects.get(email=MIRA))
    assert browser.get(address).status_code == 403


@pytest.mark.parametrize("address", ["stranger@example.org", "ana@example.org", MIRA])
def test_a_reset_does_the_same_work_for_every_address(cast: Cast, address: str, settings: Any) -> None:
    settings.EMAIL_BACKEND = "clinic.mail.backend.LedgerBackend"
    User.objects.create_user("ana@example.org")
    before = User.objects.count()
    rendered: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        queue = importlib.import_module("clinic.mail.backend").queue_django_message

        def queue_and_note(mail: object, to: str) -> None:
            rendered.append(to)
            queue(mail, to)

        patch.setattr("clinic.mail.backend.queue_django_message", queue_and_note)
        page = Browser().post(reverse("account_reset_password"), {"email": address}, HTTP_HOST="localhost")
    assert page["Location"] == reverse("account_reset_password_done")
    assert rendered == [address]
    assert OutgoingMail.objects.count() == (1 if address == MIRA else 0)
    assert User.objects.count() == before


def test_the_link_of_a_reset_leads_to_the_site_whatever_host_was_asked(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "clinic.mail.backend.LedgerBackend"
    settings.ALLOWED_HOSTS = ["*"]
    Browser().post(reverse("account_reset_password"), {"email": MIRA}, HTTP_HOST="evil.example")
    mail = OutgoingMail.objects.get()
    for body in (mail.text, mail.html):
        assert f"{settings.SITE_URL}/accounts/password/reset/key/" in body
        assert "evil.example" not in body


def test_addresses_that_the_api_gave_out_end_with_the_key_and_mailed_links_do_not(cast: Cast, settings: Any) -> None:
    appointment = cast.appointment(cast.at(10))
    derived, mailed = manage_token(appointment), mint_appointment_link(appointment)
    before = settings.SECRET_KEY

    def opens(token: str) -> bool:
        return ClientLink.objects.opened_by(token, LinkPurpose.APPOINTMENT) is not None

    assert opens(derived)
    settings.SECRET_KEY = "another secret key that nobody knows yet"
    assert not opens(derived)
    assert opens(mailed)
    anew = manage_token(appointment)
    assert anew != derived
    assert opens(anew)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert opens(derived)


@pytest.mark.parametrize("name", ["mfa_reauthenticate", "account_set_password"])
def test_what_few_see_of_allauth_stands_in_our_frame_too(cast: Cast, name: str) -> None:
    """A code once more, and a first password of somebody who came in by passkey."""
    mira, browser = User.objects.get(email=MIRA), Browser()
    TOTP.activate(mira, SECRET)
    if name == "account_set_password":
        mira.set_unusable_password()
        mira.save()
    browser.force_login(mira)
    page = browser.get(reverse(name)).content.decode()
    assert 'class="site-main"' in page
    assert page.count("<h1>") == 1
    assert page.count('<form class="card"') == 1
