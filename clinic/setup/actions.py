"""Making the practice its owner's: one transaction, in which the first of two who race wins."""

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from clinic.accounts.security import record_security_event
from clinic.errors import Refusal
from clinic.models import Practice, SecurityEvent, User
from clinic.setup.code import is_set_up_open


class AlreadySetUp(Refusal):
    """Somebody else was quicker, or the practice has long had an owner."""

    usual_code = "already_set_up"


@dataclass(frozen=True)
class NewPractice:
    """What is asked of a practice at first, with what its country brought."""

    name: str
    country: str
    time_zone: str
    currency: str
    own_emergency_number: str = ""
    tax_name: str = ""


@transaction.atomic
def set_practice_up(asked: NewPractice, *, owner: User, password: str, request: HttpRequest) -> User:
    """Write the practice and make its first owner, who is given unsaved. Raises AlreadySetUp.

    Whoever comes second waits for the practice's row, and finds it taken. That the set-up is over then is written by
    the database, with the owner.
    """
    Practice.read()
    practice = Practice.objects.select_for_update().get()
    if not is_set_up_open(practice):
        raise AlreadySetUp(_("Somebody has set this practice up already."))
    fields = vars(asked)
    for name, value in fields.items():
        setattr(practice, name, value)
    practice.full_clean()
    practice.save(update_fields=list(fields))
    made = User.objects.create_superuser(owner.email, password, name=owner.name)
    record_security_event(made, SecurityEvent.Kind.SET_UP, request=request)
    return made
