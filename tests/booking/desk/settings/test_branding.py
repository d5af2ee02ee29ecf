"""The practice's own page at the settings: words, colours, pictures; by the owner alone."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clinic.models import Picture, PictureKind, Practice
from clinic.pictures.shown import current_pictures
from tests.booking.desk.settings.test_settings_pages import as_sent, page, saved
from tests.clinic.pictures import images
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

BRANDING = page("branding")


def sent(owner: Browser, place: str, content: bytes | None, text: str = "Our room", name: str = "a.jpg") -> Any:
    """Send a file for a place, or other words for what stands there."""
    file = {} if content is None else {"file": SimpleUploadedFile(name, content, "image/jpeg")}
    return owner.post(page("picture", place), {"alternative_text": text, **file})


@pytest.mark.parametrize("place", ["logo", "wide"])
def test_a_picture_is_sent_shown_removed_and_put_back(cast: Cast, owner: Browser, place: str) -> None:
    assert sent(owner, place, images.png()).status_code == 302
    shown = owner.get(page("picture", place))
    assert shown.context["picture"].alternative_text == "Our room"
    assert shown.context["picture"].fallback.url in owner.get(BRANDING).content.decode()
    owner.post(page("picture-remove", place))
    assert not Picture.objects.filter(in_use=True).exists()
    assert owner.get(page("picture", place)).context["before"] is not None
    owner.post(page("picture-restore", place))
    assert Picture.objects.get().in_use
    owner.post(page("picture-remove", place))
    owner.post(page("picture-forget", place))
    assert not Picture.objects.exists()


def test_a_portrait_stands_beside_its_therapist(cast: Cast, owner: Browser) -> None:
    place = page("picture", str(cast.mira.public_id))
    assert place in owner.get(page("therapist", cast.mira.pk)).content.decode()
    assert owner.get(place).context["form"]["alternative_text"].value() == cast.mira.name
    sent(owner, str(cast.mira.public_id), images.jpeg(), text="Mira, smiling")
    assert current_pictures().portraits[cast.mira.public_id].alternative_text == "Mira, smiling"
    assert Picture.objects.get().kind == PictureKind.PORTRAIT


def test_the_words_alone_change_without_another_file(cast: Cast, owner: Browser) -> None:
    sent(owner, "wide", images.jpeg())
    before = Picture.objects.get().digest
    assert sent(owner, "wide", None, text="The room by the garden").status_code == 302
    picture = Picture.objects.get()
    assert (picture.digest, picture.alternative_text) == (before, "The room by the garden")


@pytest.mark.parametrize(
    ("content", "name"),
    [(images.SVG, "logo.png"), (b"", "a.jpg"), (images.bomb(), "a.png"), (b"GIF89a" + b"\0" * 99, "a.jpg"), (None, "")],
)
def test_a_file_that_is_refused_says_so_beside_its_field_and_keeps_the_words(
    cast: Cast, owner: Browser, content: bytes | None, name: str
) -> None:
    answer = sent(owner, "wide", content, text="Typed with care", name=name)
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors
    assert "Typed with care" in answer.content.decode()
    assert not Picture.objects.exists()


def test_a_right_file_under_a_wrong_name_is_taken_by_what_it_is(cast: Cast, owner: Browser) -> None:
    assert sent(owner, "wide", images.png(), name="photo.svg").status_code == 302


def test_a_picture_asks_what_it_shows(cast: Cast, owner: Browser) -> None:
    answer = sent(owner, "wide", images.jpeg(), text="")
    assert answer.status_code == 422
    assert "alternative_text" in answer.context["form"].errors


@pytest.mark.parametrize("place", ["no-such-place", "portrait", "00000000-0000-4000-8000-000000000001"])
def test_there_are_no_other_places(cast: Cast, owner: Browser, place: str) -> None:
    assert sent(owner, place, images.jpeg()).status_code == 404
    assert not Picture.objects.exists()


def test_only_an_owner_changes_pictures(cast: Cast) -> None:
    therapist = Browser()
    assert cast.mira.user is not None
    therapist.force_login(cast.mira.user)
    assert sent(therapist, "wide", images.jpeg()).status_code == 404
    assert not Picture.objects.exists()


def test_a_colour_that_does_not_read_is_refused_and_the_offered_one_taken_by_its_button(
    cast: Cast, owner: Browser
) -> None:
    typed = {**as_sent(owner.get(BRANDING)), "accent_colour": "#ffd54a", "tagline": "Calm hands"}
    answer = owner.post(BRANDING, typed)
    assert answer.status_code == 422
    (offer,) = answer.context["form"].offers
    assert offer["colour"] in answer.content.decode()
    assert offer["name"] in answer.content.decode()
    assert "Calm hands" in answer.content.decode()
    assert owner.post(BRANDING, {**typed, "use": offer["value"]}).status_code == 302
    practice = Practice.read()
    assert (practice.accent_colour, practice.tagline) == (offer["colour"], "Calm hands")


def test_our_own_colours_are_stored_as_none(cast: Cast, owner: Browser) -> None:
    assert saved(owner, BRANDING, accent_colour="#2f6b70").status_code == 302
    assert Practice.read().accent_colour == "#2f6b70"
    shown = owner.get(BRANDING)
    assert shown.context["form"]["accent_colour"].value() == "#2f6b70"
    assert saved(owner, BRANDING, accent_colour="#A8492A").status_code == 302
    assert Practice.read().palette.is_ours


def test_one_coordinate_alone_is_refused(cast: Cast, owner: Browser) -> None:
    answer = saved(owner, BRANDING, latitude="52.5")
    assert answer.status_code == 422
    assert "longitude" in answer.context["form"].errors


def test_the_page_of_settings_says_what_is_there(cast: Cast, owner: Browser) -> None:
    def now() -> str:
        lines = owner.get("/desk/settings/").context["lines"]
        return next(str(now) for _title, now, page in lines if reverse(page) == BRANDING)

    before = now()
    sent(owner, "logo", images.png())
    assert now() != before
