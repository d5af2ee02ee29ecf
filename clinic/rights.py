"""Who of the team reads what is known of clients' health. To open the admin is not to read it."""

from clinic.models import User
from clinic.second_factor import works_here

READS_HEALTH = "clinic.read_health_records"


def reads_health(user: object) -> bool:
    """Whether this person reads session notes, intakes, plans and safety answers.

    Therapists do, for their work, and owners, who give the rights; anyone else of the team with the permission
    "Reads health records" alone.
    """
    if not isinstance(user, User) or not works_here(user):
        return False
    return hasattr(user, "therapist") or user.has_perm(READS_HEALTH)
