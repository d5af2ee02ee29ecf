"""Portraits go when the therapist whom they show is gone."""

from booking.models import Therapist
from booking.tasks import finish_erasures
from clinic.models import PictureKind
from clinic.pictures.shown import current_pictures
from clinic.pictures.slots import Slot, put_picture
from tests.clinic.pictures import images
from tests.fixtures.cast import Cast


def test_the_night_forgets_the_portrait_of_a_therapist_who_was_deleted(cast: Cast) -> None:
    guest = Therapist.objects.create(name="A guest")
    for person in (cast.mira, guest):
        put_picture(Slot(PictureKind.PORTRAIT, person.public_id), images.jpeg(), alternative_text=person.name)
    gone = guest.public_id
    guest.delete()
    assert gone in current_pictures().portraits
    finish_erasures()
    assert set(current_pictures().portraits) == {cast.mira.public_id}
