"""The Django admin of clinic, and the site as a whole."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.utils import timezone

from clinic.models import AccessEvent, ClientLink, DeliveryStatus, Heartbeat, OutgoingMail, Practice, User
from clinic.web.admin_index import JOBS
from tests.fixtures.browser import Browser
from tests.fixtures.cast import PASSWORD, Cast
from tests.fixtures.forms import errors_of


@pytest.fixture
def owner(cast: Cast, client: Browser) -> Browser:
    """Olga in the admin."""
    client.force_login(cast.owner)
    return client


def every_noun() -> None:
    """A row of every noun of clinic that is not there already."""
    AccessEvent.objects.create(actor="system", action="view", noun="appointment")
    ClientLink.objects.create(
        purpose="appointment",
        subject="11111111-1111-4111-8111-111111111111",
        digest="d1g3st",
        expires_at=timezone.now(),
    )
    Heartbeat.objects.create(name="mail")
    DeliveryStatus.objects.create(paused_until=timezone.now(), reason="refused")
    mail("confirmation")


def mail(kind: str, text: str = "Hello") -> OutgoingMail:
    """A mail in the ledger."""
    number = OutgoingMail.objects.count()
    return OutgoingMail.objects.create(
        kind=kind, to_email="ana@example.org", subject="S", text=text, message_id=f"<{number}@x>"
    )


def test_every_page_of_every_noun_opens_for_the_owner(cast: Cast, owner: Browser) -> None:
    every_noun()
    opened = 0
    request = owner.get("/admin/").wsgi_request
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == "booking":
            continue  # with data in tests/booking/test_admin.py
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        assert owner.get(base, follow=True).status_code == 200, base
        if model_admin.has_add_permission(request):
            assert owner.get(f"{base}add/").status_code == 200, base
        row = model._default_manager.first()
        if row is not None:
            assert owner.get(f"{base}{row.pk}/change/").status_code == 200, base
        opened += 1
    assert opened >= 15


def test_the_site_bears_the_practices_name_and_nothing_inline(cast: Cast, owner: Browser) -> None:
    page = owner.get("/admin/").content.decode()
    assert "Stillwater Massage" in page
    for forbidden in (" style=", "<script>", "onclick="):
        assert forbidden not in page


def test_the_admin_has_no_sign_in_of_its_own(cast: Cast, client: Browser) -> None:
    for address in ("/admin/", "/admin/login/", "/admin/clinic/user/"):
        assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/")
    refused = client.post("/admin/login/", {"username": "owner@stillwater.example", "password": PASSWORD})
    assert refused["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session
    assert client.get("/admin/").status_code == 302


@pytest.mark.invariant("I8")
def test_a_person_without_the_right_learns_nothing_of_the_admin(cast: Cast, client: Browser) -> None:
    client.force_login(User.objects.create_user("ana@example.org", PASSWORD))
    for address in ("/admin/", "/admin/login/", "/admin/clinic/user/", "/admin/no/such/"):
        assert client.get(address).status_code == 404, address


def test_a_person_is_added_without_a_password_of_the_owners_choice(cast: Cast, owner: Browser) -> None:
    sent = {"email": "Nina@Stillwater.example", "name": "Nina", "is_staff": "on", "password1": PASSWORD}
    assert owner.post("/admin/clinic/user/add/", sent).status_code == 302
    nina = User.objects.get(email="nina@stillwater.example")
    assert (nina.is_staff, nina.has_usable_password()) == (True, False)


@pytest.mark.parametrize("value", ["MIRA@stillwater.example", "no"])
def test_a_person_who_cannot_be_is_refused_beside_the_field(cast: Cast, owner: Browser, value: str) -> None:
    response = owner.post("/admin/clinic/user/add/", {"email": value, "name": ""})
    assert response.status_code == 200
    assert "email" in response.context["adminform"].form.errors


def test_the_first_page_lists_everything_once_by_what_it_is_for(cast: Cast, owner: Browser) -> None:
    listed = owner.get("/admin/").context["app_list"]
    labels = [entry["model"]._meta.label for group in listed for entry in group["models"]]
    assert sorted(labels) == sorted(model._meta.label for model in admin.site._registry)
    assert [group["app_label"] for group in listed] == [f"job-{slug}" for slug, _title, _labels in JOBS]
    assert labels[0] == "booking.Appointment"


def test_a_job_names_only_what_there_is_and_nothing_twice() -> None:
    named = [label for _slug, _title, labels in JOBS for label in labels.split()]
    assert len({apps.get_model(label) for label in named}) == len(named)


def test_a_therapist_is_linked_to_a_person_by_search(cast: Cast, owner: Browser) -> None:
    form = owner.get(f"/admin/booking/therapist/{cast.mira.pk}/change/").content.decode()
    assert 'data-field-name="user"' in form
    asked = {"app_label": "booking", "model_name": "therapist", "field_name": "user", "term": "own"}
    found = owner.get("/admin/autocomplete/", asked).json()
    assert [each["id"] for each in found["results"]] == [str(cast.owner.pk)]


def helper_of_the_owner(cast: Cast) -> User:
    """Mira, who may edit people but is no owner."""
    assert cast.mira.user is not None
    cast.mira.user.user_permissions.set(Permission.objects.filter(content_type__app_label="clinic"))
    return cast.mira.user


def test_staff_cannot_make_themselves_owner(cast: Cast, client: Browser) -> None:
    mira = helper_of_the_owner(cast)
    client.force_login(mira)
    sent = {"email": mira.email, "name": "Mira", "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    client.post(f"/admin/clinic/user/{mira.pk}/change/", sent)
    mira.refresh_from_db()
    assert not mira.is_superuser


def test_staff_cannot_change_an_owner_or_their_password(cast: Cast, client: Browser) -> None:
    client.force_login(helper_of_the_owner(cast))
    sent = {"email": "mine@x.example", "is_active": "on"}
    assert client.post(f"/admin/clinic/user/{cast.owner.pk}/change/", sent).status_code == 403
    words = {"usable_password": "true", "password1": "another long one", "password2": "another long one"}
    client.post(f"/admin/clinic/user/{cast.owner.pk}/password/", words)
    cast.owner.refresh_from_db()
    assert cast.owner.check_password(PASSWORD)
    assert cast.owner.email == "owner@stillwater.example"


def test_a_lost_phone_is_helped_by_removing_the_second_factor(cast: Cast, owner: Browser) -> None:
    assert cast.mira.user is not None
    TOTP.activate(cast.mira.user, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    owner.post("/admin/clinic/user/", {"action": "remove_second_factor", "_selected_action": [cast.mira.user_id]})
    assert not Authenticator.objects.exists()


def test_the_practice_is_edited_and_neither_added_nor_deleted(cast: Cast, owner: Browser) -> None:
    assert owner.get("/admin/clinic/practice/")["Location"] == f"/admin/clinic/practice/{cast.practice.pk}/change/"
    assert owner.get("/admin/clinic/practice/add/").status_code == 403
    assert owner.post(f"/admin/clinic/practice/{cast.practice.pk}/delete/", {"post": "yes"}).status_code == 403
    form = owner.get(f"/admin/clinic/practice/{cast.practice.pk}/change/").context["adminform"].form
    sent = {name: "" if value is None else value for name, value in form.initial.items()}
    address = f"/admin/clinic/practice/{cast.practice.pk}/change/"
    assert owner.post(address, {**sent, "name": "Still Hands"}).status_code == 302
    assert Practice.current().name == "Still Hands"
    refused = owner.post(address, {**sent, "time_zone": "Berlin"})
    assert "time_zone" in refused.context["adminform"].form.errors
    for field, nowhere in (("time_zone", "Berlin"), ("country", "UK"), ("country", "ZZ"), ("country", "de")):
        assert field in errors_of(refused.context["adminform"].form, **{field: nowhere})


@pytest.mark.parametrize("noun", ["outgoingmail", "accessevent", "clientlink", "heartbeat"])
def test_what_the_program_writes_is_read_only(cast: Cast, owner: Browser, noun: str) -> None:
    every_noun()
    model = next(each for each in admin.site._registry if each._meta.model_name == noun)
    row = model._default_manager.first()
    assert row is not None
    base = f"/admin/clinic/{noun}/"
    assert owner.get(f"{base}add/").status_code == 403
    assert owner.post(f"{base}{row.pk}/change/", {}).status_code == 403
    assert owner.post(f"{base}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in owner.get(base).content.decode()


def test_a_links_hash_is_not_shown(cast: Cast, owner: Browser) -> None:
    every_noun()
    link = ClientLink.objects.get()
    assert "d1g3st" not in owner.get(f"/admin/clinic/clientlink/{link.pk}/change/").content.decode()


@pytest.mark.invariant("I8")
def test_a_code_to_sign_in_with_is_not_shown_even_to_the_owner(cast: Cast, owner: Browser) -> None:
    plain, secret = mail("aftercare", "drink water"), mail("sign-in", "code 123456")
    assert "drink water" in owner.get(f"/admin/clinic/outgoingmail/{plain.pk}/change/").content.decode()
    assert "123456" not in owner.get(f"/admin/clinic/outgoingmail/{secret.pk}/change/").content.decode()


def test_a_paused_channel_is_opened_again(cast: Cast, owner: Browser) -> None:
    every_noun()
    assert owner.post("/admin/clinic/deliverystatus/smtp/change/", {}).status_code == 302
    assert DeliveryStatus.objects.get().paused_until is None


def test_the_secrets_of_the_second_factor_have_no_page(cast: Cast, owner: Browser) -> None:
    labels = {model._meta.label for model in admin.site._registry}
    assert not labels & {"mfa.Authenticator", "account.EmailAddress"}
