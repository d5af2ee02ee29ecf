"""What the public may read of our advice: how sure we are, what we do not claim, where we read it, who signed it."""

import html
import re

import pytest

from clients.care import shipped
from clients.catalogue import hash_of, shipped_entry
from clients.catalogue.edits import save_edit
from clients.models import CatalogueSignature, EntryKind
from clients.plans.wording import ClientWords
from clinic.models import Practice, User
from tests.fixtures.browser import Browser

pytestmark = pytest.mark.django_db
UNSIGNED = "No clinician has signed this catalogue."


def advice() -> str:
    answer = Browser().get("/how-we-advise/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_it_is_for_everybody_and_says_how_sure_we_are(practice: Practice) -> None:
    page = advice()
    for words in ("Well supported", "Fairly well supported", "A little support", "Tradition, not tested"):
        assert words in page


def test_every_claim_says_what_was_found_and_what_we_say_and_not_what_is_wrong(practice: Practice) -> None:
    page, words = advice(), ClientWords(shipped(), practice)
    for claim in shipped().claims:
        assert f'id="{claim.id}"' in page
        assert words.say(claim.finding) in page
        assert words.say(claim.say) in page
        assert claim.seed_says not in page


def test_everything_that_may_be_suggested_stands_there_unfiltered(practice: Practice) -> None:
    page, words = advice(), ClientWords(shipped(), practice)
    for item in (*shipped().home_care, *shipped().oils, *shipped().techniques):
        assert words.say(item.name) in page
        assert words.say(item.text) in page
    assert "[[" not in page
    assert "{emergency}" not in page


def test_sources_are_works_with_their_links_and_say_what_was_not_read(practice: Practice) -> None:
    page = advice()
    assert page.count("we have not read it ourselves") >= sum(each.unverified for each in shipped().sources.values())
    assert "https://doi.org/10.7326/M16-2367" in page
    assert not re.search(r"https?://[^\"]*(?:staging|scrap|blog)", page)
    assert "last checked: 2026-11" in page


def signature(entry: dict[str, object]) -> CatalogueSignature:
    return CatalogueSignature.objects.create(
        kind=EntryKind.OIL,
        slug="lavender",
        entry_hash=hash_of(entry),
        catalogue_version="2.0.0",
        reviewer="Dr Lind",
        qualification="pharmacist",
        recorded_by=User.objects.create_user("owner@example.org", name="Mira"),
    )


def test_that_nobody_has_signed_is_said_until_somebody_has(practice: Practice) -> None:
    assert UNSIGNED in advice()
    entry = shipped_entry(EntryKind.OIL, "lavender")
    assert entry is not None
    signature(entry)
    page = advice()
    assert UNSIGNED not in page
    assert "Dr Lind, pharmacist" in page


def test_a_signature_does_not_cover_what_was_changed_since(practice: Practice) -> None:
    entry = shipped_entry(EntryKind.OIL, "lavender")
    assert entry is not None
    signature(entry)
    save_edit(EntryKind.OIL, "lavender", {**entry, "name": "Our lavender"}, by=None)
    assert UNSIGNED in advice()
