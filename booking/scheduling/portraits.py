"""Portraits of the therapists: kept as long as there is the therapist whom they show."""

from booking.models import Therapist
from clinic.pictures.slots import forget_portraits


def forget_portraits_of_the_gone() -> int:
    """Delete the portraits of therapists who were deleted; return how many."""
    return forget_portraits(list(Therapist.objects.values_list("public_id", flat=True)))
