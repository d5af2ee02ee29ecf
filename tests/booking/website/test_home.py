"""The first page and the list of services."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Holiday, Service, Therapist, TimeOff, WorkingHours
from clinic.models import PictureKind, Practice
from clinic.pictures.slots import Slot, put_picture
from tests.booking.website.visitor import Visitor, page_text
from tests.clinic.pictures import images
from tests.fixtures.cast import Cast


def test_the_first_page_tells_the_practice_its_services_prices_and_people(cast: Cast, visitor: Visitor) -> None:
    page = page_text(visitor.get("/"))
    for word in ["Stillwater Massage", "Lindenweg 4", "+49 30 5550 101", "Hot stone massage", "€115", "Tess Okafor"]:
        assert word in page


def test_a_therapist_without_hours_is_shown_to_nobody_until_there_are_some(cast: Cast, visitor: Visitor) -> None:
    bea = Therapist.objects.create(name="Bea Stone")
    times = f"/book/{cast.regular.slug}/times/"
    visitor.post(f"/book/{cast.regular.slug}/", {"comes": "relax"})
    assert "Bea Stone" not in page_text(visitor.get("/"))
    bea.services.add(cast.regular)
    assert "Bea Stone" not in page_text(visitor.get("/"))
    assert "Bea Stone" not in page_text(visitor.get(times))
    WorkingHours.objects.create(therapist=bea, weekday=0, starts=dt.time(9), ends=dt.time(17))
    assert "Bea Stone" in page_text(visitor.get("/"))
    assert "Bea Stone" in page_text(visitor.get(times))


def test_the_way_to_find_us_is_told_where_the_practice_wrote_it(cast: Cast, visitor: Visitor) -> None:
    cast.practice.directions = "Across the yard, the blue door"
    cast.practice.save()
    assert "Across the yard, the blue door" in page_text(visitor.get("/"))


def test_a_free_time_on_the_first_page_leads_through_the_safety_question_to_its_details(
    cast: Cast, visitor: Visitor
) -> None:
    page = visitor.get("/")
    time = page.context["ahead"][0]["times"][0]
    answered = visitor.post(time["url"], {"comes": "relax"})
    assert answered["Location"].startswith(f"/book/{cast.back.slug}/details/?start=")
    assert visitor.get(answered["Location"]).status_code == 200


def test_services_of_one_name_stand_together_with_their_lengths(cast: Cast, visitor: Visitor) -> None:
    kinds = visitor.get("/book/").context["kinds"]
    assert [(kind.first.name, [each.minutes for each in kind.services]) for kind in kinds] == [
        ("Back relief massage", [25]),
        ("Regular massage", [60, 90]),
        ("Hot stone massage", [90]),
    ]


@pytest.mark.parametrize("why", ["switched off", "nobody performs it"])
def test_a_service_that_cannot_be_booked_is_not_shown_and_not_found(cast: Cast, visitor: Visitor, why: str) -> None:
    if why == "switched off":
        Service.objects.filter(pk=cast.hot_stone.pk).update(active=False)
    else:
        Therapist.objects.filter(pk__in=[cast.mira.pk, cast.jonas.pk]).update(active=False)
    assert "Hot stone" not in page_text(visitor.get("/book/"))
    for step in ["", "times/", "details/", "outcome/"]:
        assert visitor.get(f"/book/{cast.hot_stone.slug}/{step}").status_code == 404


def test_an_empty_practice_says_so_kindly(db: None, visitor: Visitor) -> None:
    assert "Not open for online booking yet" in page_text(visitor.get("/"))
    assert "Not open for online booking yet" in page_text(visitor.get("/book/"))


def test_the_first_page_costs_the_same_with_more_services_of_a_kind(cast: Cast, visitor: Visitor) -> None:
    visitor.get("/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        visitor.get("/")
    for minutes in (45, 75, 120):
        more = Service.objects.create(
            slug=f"regular-{minutes}",
            name="Regular massage",
            technique=cast.regular.technique,
            minutes=minutes,
            price=1,
            position=3,
        )
        cast.mira.services.add(more)
    visitor.get("/")
    with CaptureQueriesContext(connection) as many:
        visitor.get("/")
    assert len(many) == len(few)


def data_of(page: Any) -> dict[str, Any]:
    """The practice as machines read it on a page."""
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.content.decode(), re.DOTALL)
    found: dict[str, Any] = json.loads(script)
    return found


def test_opening_hours_are_those_of_everybody_together(cast: Cast, visitor: Visitor) -> None:
    WorkingHours.objects.all().delete()
    for who, weekday, starts, ends in [
        (cast.mira, 0, dt.time(9), dt.time(12)),
        (cast.jonas, 0, dt.time(11), dt.time(15)),
        (cast.jonas, 0, dt.time(17), dt.time(20)),
        (cast.mira, 1, dt.time(9), dt.time(12)),
    ]:
        WorkingHours.objects.create(therapist=who, weekday=weekday, starts=starts, ends=ends)
    found = visitor.get("/")
    assert [str(line["hours"]) for line in found.context["hours"]] == ["09:00–15:00, 17:00–20:00", "09:00–12:00"]
    specified = data_of(found)["openingHoursSpecification"]
    assert [(each["dayOfWeek"], each["opens"], each["closes"]) for each in specified] == [
        (["https://schema.org/Monday"], "09:00", "15:00"),
        (["https://schema.org/Monday"], "17:00", "20:00"),
        (["https://schema.org/Tuesday"], "09:00", "12:00"),
    ]


def test_hours_of_somebody_who_left_or_of_a_season_that_is_over_are_not_told(cast: Cast, visitor: Visitor) -> None:
    WorkingHours.objects.all().delete()
    WorkingHours.objects.create(
        therapist=cast.mira, weekday=0, starts=dt.time(9), ends=dt.time(12), valid_until=dt.date(2020, 1, 1)
    )
    WorkingHours.objects.create(therapist=cast.jonas, weekday=1, starts=dt.time(9), ends=dt.time(12))
    Therapist.objects.filter(pk=cast.jonas.pk).update(active=False)
    assert visitor.get("/").context["hours"] == []


def test_closed_days_are_told_and_the_reason_of_a_time_off_is_not(cast: Cast, visitor: Visitor) -> None:
    today = timezone.localdate(timezone=cast.practice.zone)
    begin = dt.datetime.combine(today + dt.timedelta(days=5), dt.time.min, cast.practice.zone)
    TimeOff.objects.create(starts_at=begin, ends_at=begin + dt.timedelta(days=3), reason="Operation on my knee")
    Holiday.objects.create(date=today + dt.timedelta(days=10), name="Feast of stones", closed=True)
    Holiday.objects.create(date=today + dt.timedelta(days=11), name="Working feast", closed=False)
    TimeOff.objects.create(therapist=cast.mira, starts_at=begin, ends_at=begin + dt.timedelta(days=30))
    found = visitor.get("/")
    closures = found.context["closures"]
    assert [(each.last - each.first).days for each in closures] == [2, 0]
    text = page_text(found)
    assert "Feast of stones" in text
    assert "knee" not in text
    assert "Working feast" not in text


def test_a_name_cannot_break_out_of_the_data_for_machines(cast: Cast, visitor: Visitor) -> None:
    bad = '</script><script>alert(1)</script><!-- & \u2028 "quoted"'
    Practice.objects.update(name=bad, tagline=bad, street=bad)
    found = visitor.get("/")
    assert "<script>alert" not in found.content.decode()
    data = data_of(found)
    assert (data["name"], data["description"], data["address"]["streetAddress"]) == (bad, bad, bad)


def test_machines_read_who_where_when_and_for_how_much(cast: Cast, visitor: Visitor) -> None:
    Practice.objects.update(latitude="52.500342", longitude="13.425293")
    put_picture(Slot(PictureKind.WIDE), images.jpeg(), alternative_text="The room")
    found = visitor.get("/")
    data = data_of(found)
    assert data["@type"] == "HealthAndBeautyBusiness"
    assert data["name"] == cast.practice.name
    assert data["telephone"] == cast.practice.phone
    assert data["address"]["addressCountry"] == cast.practice.country
    assert (data["geo"]["latitude"], data["geo"]["longitude"]) == (52.500342, 13.425293)
    assert data["priceRange"].endswith(cast.practice.currency)
    assert data["image"].startswith(settings.SITE_URL)
    assert "" not in data.values()
    page = found.content.decode()
    for name in ("og:title", "og:description", "og:url", "og:image", "og:image:alt"):
        assert f'property="{name}"' in page
    assert f'<link rel="canonical" href="{settings.SITE_URL}/">' in page
    assert '<meta name="description" content="' in page


def test_without_a_photo_there_is_a_drawing_and_no_picture_for_other_sites(cast: Cast, visitor: Visitor) -> None:
    page = visitor.get("/").content.decode()
    assert "drawn-ground" in page
    assert "og:image" not in page


def test_the_map_is_a_link_and_nothing_more(cast: Cast, visitor: Visitor) -> None:
    for way, place, begins in (
        ("openstreetmap", (None, None), "https://www.openstreetmap.org/search?query=Lindenweg"),
        ("openstreetmap", ("52.5", "13.4"), "https://www.openstreetmap.org/?mlat=52.5"),
        ("geo", ("52.5", "13.4"), "geo:52.5"),
        ("geo", (None, None), "geo:0,0?q=Lindenweg"),
    ):
        Practice.objects.update(map_link=way, latitude=place[0], longitude=place[1])
        page = visitor.get("/").content.decode()
        assert f'href="{begins}' in page
        assert not re.findall(r'(?:src|srcset|action)="https?:', page)
    Practice.objects.update(map_link="none")
    assert 'href="geo:' not in visitor.get("/").content.decode()


def test_who_works_here_has_a_face_and_what_they_are_good_at(cast: Cast, visitor: Visitor) -> None:
    put_picture(Slot(PictureKind.PORTRAIT, cast.mira.public_id), images.jpeg(), alternative_text="Mira, smiling")
    Therapist.objects.filter(pk=cast.mira.pk).update(good_at="runners' legs", languages="Sorbian")
    page = page_text(visitor.get("/"))
    assert "Sorbian" in page
    assert 'alt="Mira, smiling"' in visitor.get("/").content.decode()


def test_the_address_stands_on_the_page_once(cast: Cast, visitor: Visitor) -> None:
    shown = re.sub(r"<script.*?</script>", "", visitor.get("/").content.decode(), flags=re.DOTALL)
    assert shown.count(">Lindenweg 4") + shown.count("Lindenweg 4<") == 1


def test_the_first_page_costs_the_same_with_more_people_pictures_and_closed_days(cast: Cast, visitor: Visitor) -> None:
    visitor.get("/")
    with CaptureQueriesContext(connection) as few:
        visitor.get("/")
    for number in range(4):
        person = Therapist.objects.create(name=f"Person {number}")
        person.services.add(cast.regular)
        WorkingHours.objects.create(therapist=person, weekday=number, starts=dt.time(9), ends=dt.time(12))
        put_picture(Slot(PictureKind.PORTRAIT, person.public_id), images.jpeg(200, 200), alternative_text="A face")
        Holiday.objects.create(date=timezone.localdate() + dt.timedelta(days=20 + number), name="Day off", closed=True)
    visitor.get("/")
    with CaptureQueriesContext(connection) as many:
        visitor.get("/")
    assert len(many) == len(few)


def test_search_engines_may_list_what_is_public_and_nothing_else(cast: Cast, visitor: Visitor) -> None:
    listed = re.findall("<loc>(.*?)</loc>", visitor.get("/sitemap.xml").content.decode())
    assert f"{settings.SITE_URL}/" in listed
    for address in listed:
        assert visitor.get(address.removeprefix(settings.SITE_URL))["X-Robots-Tag"] == "all"
    for path in ("/appointment/forged/", "/intake/forged/", "/book/regular-60/", "/me/sign-in/", "/accounts/login/"):
        assert "noindex" in visitor.get(path)["X-Robots-Tag"], path
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in visitor.get("/robots.txt").content.decode()


def test_the_logo_is_the_sign_in_the_tab(cast: Cast, visitor: Visitor) -> None:
    put_picture(Slot(PictureKind.LOGO), images.png(), alternative_text="Stones")
    page = visitor.get("/").content.decode()
    icons = re.findall(r'<link rel="(?:icon|apple-touch-icon)" href="([^"]+)"', page)
    assert len(icons) == 2
    assert all(visitor.get(each)["Content-Type"] == "image/png" for each in icons)
