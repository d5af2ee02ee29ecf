"""Who of the team reads what is known of clients' health. To open the admin is not to read it."""

from clinic.accounts.second_factor import is_team_member
from clinic.models import User

READS_HEALTH = "clinic.read_health_records"


def may_read_health(user: object) -> bool:
    """Whether this person reads health records: therapists and owners do, others by the permission for it."""
    if not isinstance(user, User) or not is_team_member(user):
        return False
    return user.is_superuser or hasattr(user, "therapist") or user.has_perm(READS_HEALTH)
