"""Privacy notice and imprint say what is so here and what is on file, and nothing else."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from booking.appointments.networks import NETWORK_KEPT_FOR
from booking.models import PrivateCalendar, WebhookEvent
from booking.webhooks.actions import add_endpoint, switch_endpoint
from clinic.country.codes import countries
from clinic.legal.countries import DATA_AUTHORITIES, GDPR_COUNTRIES, TEMPLATES, template_of
from clinic.legal.facts import legal_values
from clinic.legal.missing import legal_data_missing
from clinic.legal.texts import Block, blocks_of, filled, shipped_text, text_in_force
from clinic.models import CoveredEntity, LegalDetails, LegalText, LegalTextKind, Practice
from clinic.wording import VARIABLE, wording_problem
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

pytestmark = pytest.mark.django_db
PRIVACY, IMPRINT = LegalTextKind.PRIVACY, LegalTextKind.IMPRINT


def practice_in(country: str, **more: Any) -> Practice:
    """A practice with an address, unsaved."""
    words = {"street": "Lindenweg 4", "city": "10115 Berlin", "phone": "+49 30 5550 101", "email": "a@b.example"}
    return Practice(name="Stillwater Massage", country=country, **{**words, **more})


def in_words(blocks: list[Block]) -> str:
    """Everything a page says."""
    return "\n".join(line for block in blocks for line in block.lines)


def shown(kind: str, practice: Practice, **details: Any) -> str:
    """A page as shipped."""
    return in_words(text_in_force(kind, practice, LegalDetails(**details), None))


@pytest.mark.parametrize("kind", [PRIVACY, IMPRINT])
def test_every_country_has_a_text_whose_variables_can_all_be_filled(kind: str) -> None:
    named = GDPR_COUNTRIES | TEMPLATES.keys() | DATA_AUTHORITIES.keys()
    assert {template_of(country) for country in countries() - named} == {template_of("BR")}, "all others have one text"
    for country in sorted(named | {"BR", "JP"}):
        practice, details = practice_in(country), LegalDetails()
        text = shipped_text(kind, practice, details)
        assert not wording_problem(text, list(legal_values(practice, details))), country
        page = shown(kind, practice)
        assert "Stillwater Massage" in page, country
        assert "Lindenweg 4" in page, country
        assert not VARIABLE.search(page), country
        assert "{%" not in page, country
        assert "&#" not in page, country


def test_the_authorities_are_those_of_the_countries_that_have_one() -> None:
    assert len(GDPR_COUNTRIES) == 30
    assert countries() >= GDPR_COUNTRIES | TEMPLATES.keys() | DATA_AUTHORITIES.keys()


@pytest.mark.parametrize(
    ("country", "word"),
    [
        ("DE", "Art. 9(2)(a) GDPR"),
        ("DE", "TDDDG"),
        ("AT", "dsb.gv.at"),
        ("GB", "Art. 9(2)(a) UK GDPR"),
        ("CH", "Art. 25 FADP"),
        ("US", "attorney general"),
        ("CA", "PIPEDA"),
        ("AU", "Australian Privacy Principles"),
        ("NZ", "Health Information Privacy Code"),
    ],
)
def test_a_country_group_has_its_law(country: str, word: str) -> None:
    assert word in shown(PRIVACY, practice_in(country))


def test_professional_secrecy_is_claimed_only_by_who_has_a_profession() -> None:
    assert "9(2)(h)" not in shown(PRIVACY, practice_in("DE"))
    assert "Heilpraktikerin" in shown(PRIVACY, practice_in("DE"), profession="Heilpraktikerin")


def test_webhooks_and_private_calendars_are_named_where_there_are_any(cast: Cast) -> None:
    practice = practice_in("DE")
    assert "Programs that work for us" not in shown(PRIVACY, practice)
    assert "calendars of their own" not in shown(PRIVACY, practice)
    endpoint, _secret = add_endpoint(
        url="https://books.example/secret-path", events=list(WebhookEvent.values), by=cast.owner
    )
    calendar = PrivateCalendar(therapist=cast.mira, name="Home")
    calendar.keep_source(address="https://calendar.example/secret.ics")
    calendar.save()
    page = shown(PRIVACY, practice)
    assert "Programs that work for us at books.example are told" in page
    assert "calendars of their own elsewhere" in page
    assert "secret" not in page
    switch_endpoint(endpoint, on=False)
    PrivateCalendar.objects.update(active=False)
    page = shown(PRIVACY, practice)
    assert "Programs that work for us" not in page
    assert "calendars of their own" not in page


def test_hipaa_is_the_practices_to_say() -> None:
    assert "HIPAA" not in shown(PRIVACY, practice_in("US"))
    assert "We are a covered entity" in shown(PRIVACY, practice_in("US"), covered_entity=CoveredEntity.YES)
    assert "We are not a covered entity" in shown(PRIVACY, practice_in("US"), covered_entity=CoveredEntity.NO)


def test_the_notice_has_the_numbers_of_this_installation() -> None:
    page = shown(PRIVACY, practice_in("DE", retention_years=7, idle_minutes=25))
    assert "7 years" in page
    assert "25 idle minutes" in page
    assert f"{NETWORK_KEPT_FOR // dt.timedelta(days=1)} days" in page
    assert settings.SESSION_COOKIE_NAME in page
    assert settings.CSRF_COOKIE_NAME in page
    assert "years" not in shown(PRIVACY, practice_in("DE", retention_years=0))


def test_the_mail_server_is_named_where_it_is_somebody_elses() -> None:
    with override_settings(EMAIL_URL="smtp+tls://practice:secret@mail.host.example:587"):
        page = shown(PRIVACY, practice_in("DE"))
    assert "mail.host.example" in page
    assert "secret" not in page
    with override_settings(EMAIL_URL=""):
        assert "leave by the server" not in shown(PRIVACY, practice_in("DE"))


def test_every_cookie_that_the_pages_set_is_told(cast: Cast) -> None:
    browser = Browser()
    browser.get(f"/book/{cast.regular.slug}/")
    browser.post(f"/book/{cast.regular.slug}/", {"comes": "relax"})
    told = shown(PRIVACY, Practice.current())
    assert browser.cookies
    assert all(name in told for name in browser.cookies)


def test_a_line_with_something_unknown_is_left_out_and_with_its_last_line_the_heading() -> None:
    text = "# One\n\nNumber: {number}\n\n# Two\n\nsaid"
    assert blocks_of(filled(text, {"number": ""})) == [Block("heading", ("Two",)), Block("paragraph", ("said",))]
    assert in_words(blocks_of(filled(text, {"number": "7"}))) == "One\nNumber: 7\nTwo\nsaid"


@given(st.text(alphabet="ab- \n\r\t", max_size=60))
def test_a_text_without_headings_keeps_all_its_words(text: str) -> None:
    assert re.sub(r"[^ab]", "", in_words(blocks_of(text))) == re.sub(r"[^ab]", "", text)


COMPLETE = {"operator": "Olga Brandt"}
COMPANY = {"legal_form": "GmbH", "represented_by": "Olga Brandt", "register": "AG Berlin", "register_number": "HRB 1"}


@pytest.mark.parametrize(
    ("country", "given", "missing"),
    [
        ("FR", COMPLETE, 0),
        ("FR", {}, 1),
        ("DE", COMPLETE, 1),
        ("DE", {**COMPLETE, "data_authority": "Berliner Beauftragte"}, 0),
        ("FR", {**COMPLETE, "legal_form": "SARL"}, 2),
        ("FR", {**COMPLETE, **COMPANY}, 0),
        ("FR", {**COMPLETE, "profession": "Kinésithérapeute"}, 1),
        ("AT", COMPLETE, 2),
        ("AT", {**COMPLETE, "chamber": "WKO", "trade_authority": "Magistrat"}, 0),
        ("US", COMPLETE, 1),
        ("US", {**COMPLETE, "covered_entity": CoveredEntity.NO}, 0),
        ("BR", COMPLETE, 0),
    ],
)
def test_what_a_country_asks_for_and_is_not_on_file_is_told(country: str, given: dict[str, str], missing: int) -> None:
    said = legal_data_missing(practice_in(country), LegalDetails(**given))
    assert len(said) == missing, said


def test_an_address_that_is_missing_is_told_everywhere() -> None:
    bare = practice_in("BR", street="", city="", email="", phone="")
    assert len(legal_data_missing(bare, LegalDetails(**COMPLETE))) == 2


def test_anybody_reads_both_pages_and_the_footer_leads_there(cast: Cast) -> None:
    browser = Browser()
    home = browser.get("/").content.decode()
    for address in ("/privacy/", "/imprint/"):
        assert f'href="{address}"' in home
        page = browser.get(address)
        assert page.status_code == 200
        assert cast.practice.street in page.content.decode()


def test_what_an_owner_typed_is_no_markup(cast: Cast) -> None:
    LegalDetails.objects.create(
        operator="<b>Olga</b>", processors="<script>x</script> https://host.example\n# no heading"
    )
    for address in ("/privacy/", "/imprint/"):
        page = Browser().get(address).content.decode()
        assert "<b>Olga" not in page
        assert "<script>x" not in page
        assert "&lt;b&gt;Olga" in page


def test_a_text_that_cannot_be_filled_gives_way_to_the_shipped_one(cast: Cast) -> None:
    LegalText.objects.create(kind=PRIVACY, text="Broken {nothing}")
    page = Browser().get("/privacy/").content.decode()
    assert "Broken" not in page
    assert "Cookies" in page


def test_a_page_asks_as_little_as_it_may(cast: Cast, django_assert_max_num_queries: Any) -> None:
    browser = Browser()
    browser.get("/privacy/")
    with django_assert_max_num_queries(5):
        browser.get("/privacy/")
