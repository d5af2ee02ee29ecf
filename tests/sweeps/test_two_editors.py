"""Two people on one page of the admin: for every noun that can be changed there, neither loses what they typed."""

import datetime as dt
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models import Model
from django.urls import reverse

from booking.models import Holiday, Room, Therapist, WorkingHours
from clients.catalogue import shipped_entry
from clients.catalogue.edits import save_edit
from clients.models import CatalogueEdit, EntryKind
from clinic.models import DeliveryStatus
from clinic.web.edits import MergesEdits
from tests.booking.test_admin import every_noun
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast
from tests.fixtures.forms import Sent, filled

# What may stand in a field that takes no word: the name of an input, what one person types, what the other does.
Edit = tuple[str, list[str], list[str]]
OWN: dict[str, tuple[Edit, Edit | None]] = {
    "booking.appointment": (("room", ["{blue}"], [""]), ("starts_at_1", ["14:00"], ["15:00"])),
    "booking.holiday": (("name", ["Reformation"], ["All Souls"]), ("closed", [], ["on"])),
    "booking.reminderrule": (("minutes", ["77"], ["88"]), ("active", [], ["on"])),
    "booking.workinghours": (("ends", ["17:30"], ["18:30"]), ("valid_from", ["01.01.2026"], ["01.02.2026"])),
    "booking.timeoff": (("reason", ["leave"], ["ill"]), ("ends_at_1", ["21:00"], ["22:00"])),
    "booking.room": (("name", ["Red room"], ["Blue"]), ("position", ["7"], [])),
    "booking.stonekit": (("name", ["Basalt"], ["Marble"]), ("position", ["7"], [])),
    "clinic.deliverystatus": (("paused_until_1", ["21:00"], ["22:00"]), None),
    "clients.client": (
        ("email", ["ana.lind@example.org"], ["lind@example.org"]),
        ("desk_note", ["rings twice"], ["x"]),
    ),
    "clinic.user": (("name", ["Mira F."], ["M. Feld"]), ("is_staff", [], ["on"])),
    "auth.group": (("name", ["Front"], ["Desk"]), ("permissions", ["{permission}"], [])),
    "clinic.practice": (("name", ["Still"], ["Water"]), ("notice_minutes", ["75"], ["90"])),
}

# How a column of a kind is changed in SQL; the first kind that a table has is taken.
CHANGED_BY = {
    "TextField": "\"{name}\" || 'x'",
    "CharField": "\"{name}\" || 'x'",
    "PositiveSmallIntegerField": '"{name}" + 1',
    "PositiveIntegerField": '"{name}" + 1',
    "DateTimeField": "now() + interval '1 day'",
    "TimeField": "'22:07'",
}


def is_free(column: Any) -> bool:
    """Whether a column may hold nearly anything."""
    return (
        column.get_internal_type() in CHANGED_BY
        and not (column.choices or column.null or column.primary_key)
        and column.name not in ("row_version", "starts", "starts_at", "currency")
    )


def furnish(cast: Cast) -> None:
    """A row of every noun."""
    every_noun(cast)
    # Whoever reads health records writes the notes of a therapist without a sign-in.
    Therapist.objects.filter(pk=cast.mira.pk).update(user=None)
    Holiday.objects.update(date=cast.day(60))
    DeliveryStatus.objects.get_or_create(pk=1)
    DeliveryStatus.objects.update(paused_until=dt.datetime(2027, 1, 4, 12, tzinfo=dt.UTC))
    Group.objects.create(name="Desk staff")
    own = {**(shipped_entry(EntryKind.OIL, "lavender") or {}), "id": "our-lavender"}
    save_edit(EntryKind.OIL, "our-lavender", own, by=None)


def row_of(noun: type[Model], cast: Cast) -> Model:
    """A row to edit."""
    if noun is type(cast.ana):
        return cast.ana
    if noun is type(cast.owner):
        found: Model = cast.mira.user  # type: ignore[assignment]
        return found
    if noun is Holiday:
        return Holiday.objects.get()
    if noun is Group:
        return Group.objects.get(name="Desk staff")  # the ready roles are read only
    row = noun._default_manager.first()
    assert row is not None, noun
    return row


def words_of(form: forms.BaseForm) -> list[str]:
    """The fields that take words, those with the most room first: names of catalogue entries are words of rules too."""
    found = [
        name
        for name, field in form.fields.items()
        if isinstance(field, forms.CharField)
        and not isinstance(field, forms.EmailField | forms.SlugField)
        and name not in ("slug", "colour", "url")
        and not field.disabled
    ]
    return sorted(found, key=lambda name: not isinstance(form.fields[name].widget, forms.Textarea))


def edits_of(label: str, form: forms.BaseForm, cast: Cast, sent: Sent) -> tuple[Edit, Edit | None]:
    """Two fields of a form with what two people type into each."""
    if label in OWN:
        known = {"{blue}": cast.blue_room.pk, "{permission}": 1}
        one, other = OWN[label]
        swap = [str(known.get(each, each)) for each in one[1]], [str(known.get(each, each)) for each in one[2]]
        if other is not None:
            other = (other[0], [str(known.get(each, each)) for each in other[1]], other[2])
        return (one[0], *swap), other
    words = words_of(form)
    assert words, f"say in OWN what is edited in {label}"
    first = words[0]
    one = (first, [f"{sent[first][0]} Theirs.".strip()], [f"{sent[first][0]} Mine.".strip()])
    if len(words) == 1:
        for name, field in form.fields.items():
            if isinstance(field, forms.BooleanField):
                return one, (name, [] if name in sent else ["on"], [])
            if isinstance(field, forms.IntegerField) and not field.disabled and name in sent:
                return one, (name, ["41"], ["42"])
        return one, None
    return one, (words[1], [f"{sent[words[1]][0]} Other.".strip()], [])


def why(answer: Any) -> object:
    """What a page that should have been left says."""
    return answer.context and (answer.context.get("errors"), answer.context.get("title"))


def stored(page: Any, name: str) -> list[str]:
    """What a page says stands in one of its inputs."""
    return filled(page, page.context["opts"].model_name + "_form").get(name, [])


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1, 2])
def test_of_two_who_edit_a_row_neither_loses_a_word(cast: Cast, client: Browser, half: int) -> None:
    client.force_login(cast.owner)
    furnish(cast)
    request = client.get("/admin/").wsgi_request
    changed, conflicts = 0, 0
    # An entry of the catalogue is no row: its page refuses by the hash of what it showed (tests/clients/catalogue).
    nouns = [
        noun
        for noun, pages in admin.site._registry.items()
        if pages.has_change_permission(request) and noun is not CatalogueEdit
    ]
    for noun in nouns[half::3]:
        label = noun._meta.label_lower
        row = row_of(noun, cast)
        url = reverse(f"admin:{noun._meta.app_label}_{noun._meta.model_name}_change", args=[row.pk])
        page = client.get(url)
        form = page.context["adminform"].form
        assert isinstance(form, MergesEdits), f"the form of {label} does not merge"
        sent = filled(page, f"{noun._meta.model_name}_form")
        (field, theirs, mine), other = edits_of(label, form, cast, sent)
        answer = client.post(url, {**sent, field: theirs})
        assert answer.status_code == 302, (
            label,
            field,
            why(answer),
        )
        saved = client.get(url)
        assert stored(saved, field) == theirs, (label, field)
        if other is not None:
            answer = client.post(url, {**sent, other[0]: other[1]})
            assert answer.status_code == 302, (
                label,
                other,
                why(answer),
            )
            saved = client.get(url)
            assert (stored(saved, field), stored(saved, other[0])) == (theirs, other[1]), label
            changed += 1
        refused = client.post(url, {**sent, field: mine})
        assert refused.status_code == 409, (label, field)
        assert stored(client.get(url), field) == theirs, label
        assert stored(refused, field) == mine, label
        assert cast.owner.name in refused.content.decode(), label
        again = client.post(url, filled(refused, f"{noun._meta.model_name}_form"))
        assert again.status_code == 302, label
        assert stored(client.get(url), field) == mine, label
        conflicts += 1
    assert (conflicts, changed) >= (5, 5)


@pytest.fixture
def hours(cast: Cast, client: Browser) -> tuple[str, Sent, list[WorkingHours]]:
    """Tess's page in the admin, as it would be sent with nothing touched, and her hours in its order."""
    client.force_login(cast.owner)
    url = reverse("admin:booking_therapist_change", args=[cast.tess.pk])
    page = client.get(url)
    rows = [form.instance for form in page.context["inline_admin_formsets"][0].formset.initial_forms]
    assert len(rows) >= 3
    return url, filled(page, "therapist_form"), rows


def prefix_of(page: Sent, row: WorkingHours) -> str:
    """Where a row stands in the form."""
    return next(name for name, values in page.items() if name.endswith("-id") and values == [str(row.pk)])[: -len("id")]


def test_rows_within_a_page_merge_like_pages(client: Browser, hours: tuple[str, Sent, list[WorkingHours]]) -> None:
    url, sent, (one, other, _third, *_rest) = hours
    at_one, at_other = prefix_of(sent, one), prefix_of(sent, other)
    assert client.post(url, {**sent, f"{at_one}starts": ["08:30"]}).status_code == 302
    assert client.post(url, {**sent, f"{at_other}ends": ["12:30"], f"{at_one}ends": ["12:45"]}).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.starts, one.ends, other.ends) == (dt.time(8, 30), dt.time(12, 45), dt.time(12, 30))
    refused = client.post(url, {**sent, f"{at_one}starts": ["07:30"]})
    assert refused.status_code == 409
    assert "08:30" in refused.content.decode()
    one.refresh_from_db()
    assert one.starts == dt.time(8, 30)
    assert client.post(url, filled(refused, "therapist_form")).status_code == 302
    one.refresh_from_db()
    assert one.starts == dt.time(7, 30)


def test_a_row_deleted_meanwhile_stays_deleted_and_what_was_typed_into_it_is_shown(
    client: Browser, hours: tuple[str, Sent, list[WorkingHours]]
) -> None:
    url, sent, (one, other, *_rest) = hours
    at_one, at_other = prefix_of(sent, one), prefix_of(sent, other)
    one.delete()
    assert client.post(url, {**sent, f"{at_other}ends": ["12:30"]}).status_code == 302
    other.refresh_from_db()
    assert other.ends == dt.time(12, 30)
    typed = {**sent, f"{at_one}ends": ["12:15"]}
    refused = client.post(url, typed)
    assert refused.status_code == 200
    assert "deleted this row meanwhile" in refused.content.decode()
    assert filled(refused, "therapist_form")[f"{at_one}ends"] == ["12:15"]


def test_a_list_turns_nothing_back_that_was_changed_elsewhere(cast: Cast, client: Browser) -> None:
    client.force_login(cast.owner)
    url = reverse("admin:booking_room_changelist")
    sent = {**filled(client.get(url), "changelist-form"), "_save": ["Save"]}
    Room.objects.filter(pk=cast.green_room.pk).update(position=9)
    at = next(name for name, values in sent.items() if name.endswith("-id") and values == [str(cast.blue_room.pk)])
    assert client.post(url, {**sent, at.replace("-id", "-position"): ["4"]}).status_code == 302
    for room in (cast.green_room, cast.blue_room):
        room.refresh_from_db()
    assert (cast.green_room.position, cast.blue_room.position) == (9, 4)
    refused = client.post(url, {**sent, at.replace("-id", "-position"): ["5"]})
    assert refused.status_code == 200
    assert "while your page was open" in refused.content.decode()
    cast.blue_room.refresh_from_db()
    assert cast.blue_room.position == 4


def test_every_row_that_can_be_changed_counts_its_changes_whoever_writes(cast: Cast, client: Browser) -> None:
    furnish(cast)
    client.force_login(cast.owner)
    request = client.get("/admin/").wsgi_request
    counted = 0
    for noun, pages in admin.site._registry.items():
        if not pages.has_change_permission(request) or noun is Group:
            continue
        row: Any = row_of(noun, cast)
        column = min(
            (each for each in noun._meta.concrete_fields if is_free(each)),
            key=lambda each: list(CHANGED_BY).index(each.get_internal_type()),
        )
        value = CHANGED_BY[column.get_internal_type()]
        with connection.cursor() as cursor:
            table, name, key = noun._meta.db_table, column.column, noun._meta.pk.column
            cursor.execute(f'UPDATE "{table}" SET "{name}" = {value.format(name=name)} WHERE "{key}" = %s', [row.pk])
        before = row.row_version
        row.refresh_from_db()
        assert row.row_version == before + 1, noun
        noun._default_manager.filter(pk=row.pk).update(row_version=99)
        row.refresh_from_db()
        assert row.row_version == before + 1, noun
        counted += 1
    assert counted >= 12
