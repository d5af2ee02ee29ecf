"""Pictures in their places, and how a browser is given them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clinic.models import Picture, PictureFile, PictureKind
from clinic.pictures.shown import current_pictures
from clinic.pictures.slots import Slot, change_over, delete_before, forget_portraits, put_picture, remove_picture
from tests.clinic.pictures import images
from tests.fixtures.browser import Browser
from tests.fixtures.cast import Cast

WIDE = Slot(PictureKind.WIDE)


def test_a_file_is_kept_by_browsers_for_a_year_without_a_cookie(cast: Cast, client: Browser) -> None:
    put_picture(WIDE, images.jpeg(), alternative_text="The room")
    wide = current_pictures().wide
    assert wide is not None
    for each in (*wide.sizes, wide.fallback):
        found = client.get(each.url)
        assert found.status_code == 200
        assert found["Content-Type"] == ("image/webp" if each.name.endswith(".webp") else "image/jpeg")
        assert {"public", "max-age=31536000", "immutable"} == set(found["Cache-Control"].split(", "))
        assert found["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in found["Content-Security-Policy"]
        assert not found.cookies
        assert "Cookie" not in found.get("Vary", "")
        again = client.get(each.url, headers={"if-none-match": found["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["Cache-Control"] == found["Cache-Control"]


def test_a_page_chooses_among_the_sizes(cast: Cast) -> None:
    put_picture(WIDE, images.jpeg(1300, 700), alternative_text="The room")
    wide = current_pictures().wide
    assert wide is not None
    assert [part.split()[-1] for part in wide.srcset.split(", ")] == ["480w", "800w", "1200w", "1300w"]


@pytest.mark.parametrize("name", ["nothing-480.webp", "..%2f..%2fetc%2fpasswd", "%00", "a" * 2000])
def test_an_unknown_name_is_not_found(cast: Cast, client: Browser, name: str) -> None:
    found = client.get(f"/pictures/{name}")
    assert found.status_code in {400, 404}
    assert "immutable" not in found.get("Cache-Control", "")


def test_another_picture_has_other_names_and_the_one_before_is_shown_to_nobody(cast: Cast, client: Browser) -> None:
    put_picture(WIDE, images.jpeg(), alternative_text="Winter")
    old = current_pictures().wide
    put_picture(WIDE, images.png(), alternative_text="Summer")
    new = current_pictures().wide
    assert old is not None
    assert new is not None
    assert (old.alternative_text, new.alternative_text) == ("Winter", "Summer")
    assert client.get(old.fallback.url).status_code == 404
    assert client.get(new.fallback.url).status_code == 200


def test_a_removed_picture_comes_back_until_it_is_deleted_for_good(cast: Cast) -> None:
    put_picture(WIDE, images.jpeg(), alternative_text="Winter")
    remove_picture(WIDE)
    assert current_pictures().wide is None
    change_over(WIDE)
    assert current_pictures().wide is not None
    remove_picture(WIDE)
    delete_before(WIDE)
    change_over(WIDE)
    assert not Picture.objects.exists()
    assert not PictureFile.objects.exists()


def test_the_one_before_and_the_one_shown_change_places(cast: Cast) -> None:
    put_picture(WIDE, images.jpeg(), alternative_text="Winter")
    put_picture(WIDE, images.png(), alternative_text="Summer")
    change_over(WIDE)
    shown, before = WIDE.picture(), WIDE.before()
    assert shown is not None
    assert before is not None
    assert (shown.alternative_text, before.alternative_text) == ("Winter", "Summer")


def test_the_same_file_again_is_one_picture_with_the_newer_words(cast: Cast) -> None:
    for text in ("Winter", "Our room in winter"):
        put_picture(WIDE, images.jpeg(), alternative_text=text)
    picture = Picture.objects.get()
    assert (picture.in_use, picture.alternative_text) == (True, "Our room in winter")
    put_picture(WIDE, images.png(), alternative_text="Summer")
    put_picture(WIDE, images.jpeg(), alternative_text="Winter once more")
    assert Picture.objects.count() == 2
    assert Picture.objects.get(in_use=True).alternative_text == "Winter once more"


def test_one_file_may_stand_in_two_places(cast: Cast) -> None:
    for person in (cast.mira, cast.jonas):
        put_picture(Slot(PictureKind.PORTRAIT, person.public_id), images.jpeg(), alternative_text=person.name)
    assert set(current_pictures().portraits) == {cast.mira.public_id, cast.jonas.public_id}
    assert forget_portraits([cast.mira.public_id]) == 1
    assert set(current_pictures().portraits) == {cast.mira.public_id}


def test_pictures_are_read_once_per_version(cast: Cast) -> None:
    put_picture(WIDE, images.jpeg(), alternative_text="Winter")
    current_pictures()
    with CaptureQueriesContext(connection) as asked:
        current_pictures()
    assert not [each for each in asked if "picture" in each["sql"]]
