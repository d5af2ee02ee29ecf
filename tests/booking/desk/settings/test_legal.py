"""Privacy notice and imprint at the desk: what is missing is told; words begin with the shipped ones."""

import pytest

from booking.scheduling.readiness import owner_checklist
from clinic.models import LegalDetails, LegalText, LegalTextKind, Practice
from tests.booking.desk.settings.test_settings_pages import as_sent, page, saved
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

PRIVACY = "/desk/settings/legal/privacy/"


def public(kind: str = "privacy") -> str:
    """What a client reads."""
    return Browser().get(f"/{kind}/").content.decode()


def test_what_is_missing_is_told_to_the_owner_and_filled_in(cast: Cast, owner: Browser) -> None:
    before = owner.get(page("legal")).context["missing"]
    assert "the owner’s or company’s name" in before
    assert any(gap.url == page("legal") for gap in owner_checklist().beside)
    typed = {"operator": "Olga Brandt", "data_authority": "Berliner Beauftragte", "chamber": "WKO"}
    assert saved(owner, page("legal"), **typed).status_code == 302
    assert not owner.get(page("legal")).context["missing"]
    assert not any(gap.url == page("legal") for gap in owner_checklist().beside)
    assert "Olga Brandt" in public()
    assert "Olga Brandt" in public("imprint")


def test_whether_hipaa_binds_is_asked_where_it_could(cast: Cast, owner: Browser) -> None:
    assert "covered_entity" not in owner.get(page("legal")).context["form"].fields
    Practice.objects.update(country="US")
    assert "covered_entity" in owner.get(page("legal")).context["form"].fields


def test_words_begin_with_the_shipped_ones_and_stay_shipped_until_changed(cast: Cast, owner: Browser) -> None:
    begun = owner.get(PRIVACY).context["form"]["text"].value()
    assert "{controller}" in begun
    assert saved(owner, PRIVACY).status_code == 302
    assert not LegalText.objects.exists()


def test_own_words_are_read_by_clients_and_stay_true_to_what_is_set(cast: Cast, owner: Browser) -> None:
    begun = owner.get(PRIVACY).context["form"]["text"].value()
    saved(owner, PRIVACY, text=begun + "\n\n# Our dog\n\nShe reads nothing.")
    Practice.objects.update(retention_years=3)
    assert "She reads nothing." in public()
    assert "3 years" in public()


def test_a_changed_original_is_shown_beside_the_own_words_until_they_are_saved(cast: Cast, owner: Browser) -> None:
    begun = owner.get(PRIVACY).context["form"]["text"].value()
    saved(owner, PRIVACY, text=begun + "\n\nOurs.")
    assert not owner.get(PRIVACY).context["changes"]
    LegalText.objects.update(based_on=begun.replace("Cookies", "Biscuits"))
    shown = owner.get(PRIVACY)
    assert shown.context["changes"] == [("gone", "# Biscuits"), ("new", "# Cookies")]
    assert [line.is_outdated for line in owner.get(page("legal")).context["lines"]] == [True, False]
    assert owner.post(PRIVACY, as_sent(shown)).status_code == 302
    assert not owner.get(PRIVACY).context["changes"]
    assert "Ours." in public()


def test_own_words_are_given_up_by_a_button(cast: Cast, owner: Browser) -> None:
    LegalText.objects.create(kind=LegalTextKind.PRIVACY, text="Only ours.", based_on="x")
    assert "Only ours." in public()
    owner.post(PRIVACY, {**as_sent(owner.get(PRIVACY)), "restore": "1"})
    assert not LegalText.objects.exists()
    assert "Cookies" in public()


def test_a_preview_saves_nothing(cast: Cast, owner: Browser) -> None:
    shown = owner.post(PRIVACY, {**as_sent(owner.get(PRIVACY)), "text": "# Mine\n\n{practice}", "preview": "1"})
    assert [block.lines for block in shown.context["preview"]] == [("Mine",), ("Stillwater Massage",)]
    assert not LegalText.objects.exists()


@pytest.mark.parametrize("text", ["{nothing}", "a { brace", "", "x" * 50_000])
def test_what_cannot_be_shown_is_refused_beside_its_field_and_kept_in_it(cast: Cast, owner: Browser, text: str) -> None:
    answer = owner.post(PRIVACY, {**as_sent(owner.get(PRIVACY)), "text": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors["text"]
    assert answer.context["form"]["text"].value() == text
    assert not LegalText.objects.exists()


def test_two_owners_who_edit_at_once_lose_nothing(cast: Cast, owner: Browser) -> None:
    LegalDetails.objects.create(operator="Olga Brandt")
    first, second = as_sent(owner.get(page("legal"))), as_sent(owner.get(page("legal")))
    owner.post(page("legal"), {**first, "operator": "Olga Brandt-Feld"})
    assert owner.post(page("legal"), {**second, "vat_id": "DE1"}).status_code == 302
    kept = LegalDetails.current()
    assert (kept.operator, kept.vat_id) == ("Olga Brandt-Feld", "DE1")
    assert owner.post(page("legal"), {**second, "operator": "Olga B."}).status_code == 409


def test_others_than_owners_do_not_reach_the_pages(cast: Cast) -> None:
    for user in (None, cast.mira.user):
        browser = Browser()
        if user:
            browser.force_login(user)
        assert [browser.get(address).status_code for address in (page("legal"), PRIVACY)] != [200, 200]
