"""The client at home and somebody at the desk over one file: neither page undoes the other."""

import json

import pytest
from django.db import transaction
from django.urls import reverse

from clients.models import Client
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import filled, form_to


@pytest.mark.parametrize(("page", "mine"), [("name", {"phone": ["+49 30 5550 999"]}), ("mails", {"tips": []})])
def test_a_clients_own_page_undoes_nothing_of_the_desk(
    cast: Cast, ana: Browser, page: str, mine: dict[str, list[str]]
) -> None:
    action = reverse(f"booking:me-{page}", args=[cast.ana.public_id])
    shown = ana.get(reverse("booking:me-record", args=[cast.ana.public_id]) if page == "name" else action)
    sent = form_to(shown, action) if page == "name" else filled(shown)
    Client.objects.filter(pk=cast.ana.pk).update(last_name="Lindqvist", reminders_wanted=False)
    assert ana.post(action, {**sent, **mine}).status_code == 302
    cast.ana.refresh_from_db()
    assert (cast.ana.last_name, cast.ana.reminders_wanted) == ("Lindqvist", False)
    assert cast.ana.tips_wanted is (page == "name")


def test_a_client_reads_what_the_desk_wrote_meanwhile_and_chooses(cast: Cast, ana: Browser) -> None:
    action = reverse("booking:me-name", args=[cast.ana.public_id])
    sent = form_to(ana.get(reverse("booking:me-record", args=[cast.ana.public_id])), action)
    Client.objects.filter(pk=cast.ana.pk).update(last_name="Lindqvist")
    refused = ana.post(action, {**sent, "last_name": "Lindgren"})
    assert refused.status_code == 409
    assert "Lindqvist" in refused.content.decode()
    assert ana.post(action, form_to(refused, action)).status_code == 302
    cast.ana.refresh_from_db()
    assert cast.ana.last_name == "Lindgren"


def test_what_no_page_of_ours_says_it_showed_is_no_fault(cast: Cast, ana: Browser) -> None:
    action = reverse("booking:me-name", args=[cast.ana.public_id])
    sent = form_to(ana.get(reverse("booking:me-record", args=[cast.ana.public_id])), action)
    for shown in (
        "[" * 100_000,
        json.dumps({"at": "2026-13-45T00:00:00", "fields": {}}),
        json.dumps({"at": "2026-01-01T00:00:00", "fields": {"last_name": ["Before"]}}),
        json.dumps({"fields": {"last_name": 5, "phone": {"a": 1}, "born_on": [{}]}}),
    ):
        with transaction.atomic():
            answer = ana.post(action, {**sent, "last_name": "Lindgren", "shown": shown})
            assert answer.status_code in {302, 409}, shown[:80]
            transaction.set_rollback(True)
