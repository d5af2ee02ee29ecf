"""The pages over the same rules as the admin: what is saved, refused, asked about first, and never lost."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from booking.models import Holiday, MessageText, Reminder, ReminderRule, Room, Service, Therapist, TimeOff, WorkingHours
from booking.reminders.kind import worded_kinds
from booking.reminders.shipped_words import shipped_words
from clients.catalogue import current_catalogue
from clients.models import CatalogueEdit
from clinic.models import Practice, User
from tests.booking.appointments.test_book import booked
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

INDEX = "/desk/settings/"


def page(name: str, *args: Any) -> str:
    """The address of a page of the settings."""
    return reverse(f"booking:desk-settings-{name}", args=args)


def as_sent(response: Any, form: str = "form") -> dict[str, Any]:
    """What the form of a page sends when nobody touches it."""
    shown = response.context[form]
    sent: dict[str, Any] = {}
    for bound in shown:
        value = bound.value()
        if value is None or value is False:
            continue
        sent[bound.html_name] = [str(getattr(each, "pk", each)) for each in value] if isinstance(value, list) else value
    hidden = shown.shown.split('value="')[1].split('"')[0] if hasattr(shown, "shown") else ""
    if hidden:
        sent[shown.add_prefix("shown")] = hidden.replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
    return {key: (value.strftime("%H:%M") if isinstance(value, dt.time) else value) for key, value in sent.items()}


def saved(owner: Browser, address: str, **changed: Any) -> Any:
    """Open a page, change some fields, send it."""
    return owner.post(address, {**as_sent(owner.get(address)), **changed})


def test_the_first_page_leads_to_each_page_and_says_what_is_set(cast: Cast, owner: Browser) -> None:
    shown = owner.get(INDEX)
    lines = shown.context["lines"]
    assert len(lines) >= 11
    assert [owner.get(reverse(name)).status_code for _title, _now, name in lines] == [200] * len(lines)
    said = {name: now for _title, now, name in lines}
    assert "Mira" in said["booking:desk-settings-team"]
    assert "2 rooms" in said["booking:desk-settings-rooms"]


def test_what_is_missing_stands_above_and_leads_to_where_it_is_mended(cast: Cast, owner: Browser) -> None:
    WorkingHours.objects.all().delete()
    gaps = owner.get(INDEX).context["checklist"].closing
    assert gaps
    assert [owner.get(gap.url).status_code for gap in gaps if gap.url] == [200] * len([gap for gap in gaps if gap.url])
    assert all(gap.url.startswith("/desk/") for gap in gaps)


def test_lists_ask_as_little_for_many_as_for_few(
    cast: Cast, owner: Browser, django_assert_max_num_queries: Any
) -> None:
    Room.objects.bulk_create([Room(name=f"Room {number}") for number in range(20)])
    for number in range(20):
        user = User.objects.create_user(f"t{number}@stillwater.example", name=f"T {number}")
        who = Therapist.objects.create(name=f"T {number}", user=user)
        WorkingHours.objects.create(therapist=who, weekday=0, starts=dt.time(9), ends=dt.time(12))
        who.services.add(cast.regular)
    # These two ask the availability engine as well: what keeps clients from booking.
    most = {INDEX: 21, page("services"): 14}
    for address in (INDEX, page("services"), page("rooms"), page("team"), page("people"), page("mails"), page("care")):
        owner.get(address)
        with django_assert_max_num_queries(most.get(address, 8)):
            assert owner.get(address).status_code == 200


def test_the_practice_is_saved_by_its_own_rules_and_the_history_says_by_whom(cast: Cast, owner: Browser) -> None:
    assert saved(owner, page("practice"), name="Quiet Water").status_code == 302
    assert Practice.read().name == "Quiet Water"
    assert LogEntry.objects.filter(user=cast.owner, content_type__model="practice").count() == 1
    refused = saved(owner, page("practice"), country="XX")
    assert refused.status_code == 422
    assert "country" in refused.context["form"].errors


def test_rules_under_which_nobody_could_book_are_refused(cast: Cast, owner: Browser) -> None:
    refused = saved(owner, page("rules"), notice_minutes=999_999)
    assert "notice_minutes" in refused.context["form"].errors
    Service.objects.filter(pk=cast.regular.pk).update(notice_minutes=60 * 24 * 20)
    refused = saved(owner, page("rules"), horizon_days=10)
    assert "horizon_days" in refused.context["form"].errors


@pytest.mark.invariant("I11")
def test_two_owners_on_one_page_lose_nothing(cast: Cast, owner: Browser) -> None:
    opened = as_sent(owner.get(page("practice")))
    Practice.objects.update(phone="+49305550199")
    assert owner.post(page("practice"), {**opened, "city": "10117 Berlin"}).status_code == 302
    now = Practice.read()
    assert (now.phone, now.city) == ("+49305550199", "10117 Berlin")
    conflict = owner.post(page("practice"), {**opened, "city": "10119 Berlin"})
    assert conflict.status_code == 409
    assert "10117 Berlin" in conflict.content.decode()


def test_another_time_zone_asks_what_stays(cast: Cast, owner: Browser) -> None:
    made = booked(cast)
    sent = {**as_sent(owner.get(page("practice"))), "time_zone": "America/Denver"}
    asked = owner.post(page("practice"), sent)
    assert asked.status_code == 200
    assert Practice.read().time_zone == "Europe/Berlin"
    assert owner.post(page("practice"), {**sent, "_keep": "clock"}).status_code == 302
    before = made.starts_at.astimezone(cast.zone).time()
    made.refresh_from_db()
    assert made.starts_at.astimezone(Practice.read().zone).time() == before


def test_a_service_is_added_and_its_address_is_made_from_its_name(cast: Cast, owner: Browser) -> None:
    begun = as_sent(owner.get(page("service-new")))
    sent = {**begun, "name": "Regular massage", "technique": "regular-massage", "minutes": 45, "price": "60.00"}
    answer = owner.post(page("service-new"), {key: value for key, value in sent.items() if key != "slug"})
    assert answer.status_code == 302, answer.context["form"].errors
    assert Service.objects.get(minutes=45).slug.startswith("regular-massage")


def test_a_service_with_appointments_is_switched_off_only_after_they_were_shown(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    address = page("service", cast.regular.pk)
    sent = as_sent(owner.get(address))
    del sent["active"]
    asked = owner.post(address, sent)
    assert str(cast.ana) in asked.content.decode()
    assert Service.objects.get(pk=cast.regular.pk).active
    again = dict(asked.context["typed"])
    again["_known_appointments"] = asked.context["tried"].known
    assert owner.post(address, again).status_code == 302
    assert not Service.objects.get(pk=cast.regular.pk).active


def test_hot_stones_need_their_kit_here_too(cast: Cast, owner: Browser) -> None:
    sent = as_sent(owner.get(page("service", cast.hot_stone.pk)))
    del sent["needs_kit"]
    refused = owner.post(page("service", cast.hot_stone.pk), sent)
    assert "needs_kit" in refused.context["form"].errors


def test_rows_are_put_in_order(cast: Cast, owner: Browser) -> None:
    first, second = list(Therapist.objects.values_list("pk", flat=True))[:2]
    owner.post(page("therapist-move", second), {"to": "up"})
    assert list(Therapist.objects.values_list("pk", flat=True))[:2] == [second, first]


def test_the_practice_closes_for_days_after_what_is_booked_was_shown(cast: Cast, owner: Browser) -> None:
    cast.appointment(cast.at(10))
    day = cast.day().isoformat()
    sent = {"first_day": day, "last_day": day, "reason": "Works"}
    asked = owner.post(page("closed"), sent)
    assert (asked.status_code, TimeOff.objects.exists()) == (200, False)
    known = asked.context["tried"].known
    assert owner.post(page("closed"), {**sent, "_known_appointments": known}).status_code == 302
    off = TimeOff.objects.get()
    assert (off.therapist, off.ends_at - off.starts_at) == (None, dt.timedelta(days=1))
    owner.post(page("closed-open", off.pk))
    assert not TimeOff.objects.exists()


def test_a_public_holiday_becomes_a_working_day(cast: Cast, owner: Browser) -> None:
    day = Holiday.objects.create(date=cast.day(), name="Epiphany")
    owner.post(page("holiday-switch", day.pk), {"closed": "0"})
    day.refresh_from_db()
    assert not day.closed


def test_each_wording_begins_with_the_text_that_it_replaces(cast: Cast, owner: Browser) -> None:
    words = {kind.code: shipped_words(kind.code, cast.practice) for kind in worded_kinds()}
    assert sum(bool(each.opening) for each in words.values()) >= 13
    assert all(each.subject for each in words.values())
    text = " ".join(f"{each.subject} {each.opening}" for each in words.values())
    assert "{date}" in text
    assert "{therapist}" in text
    assert "http" not in text
    form = owner.get(page("mail", "reminder-48h")).context["form"]
    assert form["opening"].value() == words["reminder-48h"].opening


def test_what_is_left_as_it_ships_is_no_text_of_the_practices_own(cast: Cast, owner: Browser) -> None:
    address = page("mail", "confirmation")
    assert saved(owner, address).status_code == 302
    assert not MessageText.objects.exists()
    assert saved(owner, address, opening="Dear {first_name}, see you on {date}.").status_code == 302
    text = MessageText.objects.get(kind="confirmation")
    assert (text.subject, text.opening) == ("", "Dear {first_name}, see you on {date}.")
    refused = saved(owner, address, opening="{health}")
    assert "opening" in refused.context["form"].errors
    shipped = shipped_words("confirmation", cast.practice)
    saved(owner, address, opening=shipped.opening)
    assert not MessageText.objects.exists()


def test_a_preview_shows_the_mail_and_saves_nothing(cast: Cast, owner: Browser) -> None:
    looked = saved(owner, page("mail", "confirmation"), opening="A word of ours, {first_name}.", preview="1")
    assert looked.status_code == 200
    assert "A word of ours, Alex." in looked.context["preview"].text
    assert not MessageText.objects.exists()


def test_pending_reminders_follow_another_time(cast: Cast, owner: Browser) -> None:
    made = booked(cast)
    due = Reminder.objects.get(appointment=made, kind="reminder-48h")
    address = page("mail", "reminder-48h")
    sent = {**as_sent(owner.get(address), "rule_form"), "minutes": 3, "unit": "days"}
    assert owner.post(page("mail-times", "reminder-48h"), sent).status_code == 302
    assert ReminderRule.objects.get(kind="reminder-48h", service=None).minutes == 3 * 24 * 60
    before = due.due_at
    due.refresh_from_db()
    assert due.due_at < before
    again = {**as_sent(owner.get(address), "rule_form"), "minutes": 0}
    refused = owner.post(page("mail-times", "reminder-48h"), again)
    assert refused.status_code == 422


def test_an_oil_is_switched_off_and_on_again_without_a_trace(cast: Cast, owner: Browser) -> None:
    assert "lavender" not in current_catalogue().index.is_off("DE")
    owner.post(page("care-switch", "oils", "lavender"), {"on": "0"})
    assert "lavender" in current_catalogue().index.is_off("DE")
    owner.post(page("care-switch", "oils", "lavender"), {"on": "1"})
    assert "lavender" not in current_catalogue().index.is_off("DE")
    assert not CatalogueEdit.objects.exists()
    assert owner.post(page("care-switch", "oils", "no-such"), {"on": "0"}).status_code == 404
