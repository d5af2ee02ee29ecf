"""Who of the team sees which money, and who takes it: owners and whoever has the permission all of it, a therapist that
of their own sessions."""

import uuid

from django.db.models import BooleanField, Case, Exists, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404

from booking.appointments.access import appointments_for
from booking.models import Appointment, AppointmentQuerySet, Payment, Receipt, Status
from booking.payments.balances import Balance, PaymentState, balance, balance_of, with_balance
from clinic.accounts.second_factor import is_team_member
from clinic.models import User

SEES_ALL = "booking.view_payment"
TAKES_ALL = "booking.add_payment"
READS_TEAM_REPORTS = "booking.read_team_reports"


def may_see_all_money(user: User) -> bool:
    """Whether this person sees what everybody of the practice took."""
    return is_team_member(user) and user.has_perm(SEES_ALL)


def reads_team_reports(user: User) -> bool:
    """Whether an owner lets this person read the numbers of all therapists."""
    return is_team_member(user) and user.has_perm(READS_TEAM_REPORTS)


def may_see_income(user: User) -> bool:
    """Whether this person sees what the practice earns, and not only what came in on a day: owners, and whoever they
    let read everybody's numbers and everybody's payments."""
    return may_see_all_money(user) and reads_team_reports(user)


def may_see_takings(user: User) -> bool:
    """Whether this person has takings to look at: everybody's, or a therapist their own."""
    return may_see_all_money(user) or hasattr(user, "therapist")


def may_see_money(user: User, appointment: Appointment) -> bool:
    """Whether this person sees what is owed and paid for an appointment."""
    return may_see_all_money(user) or may_take_payment(user, appointment)


def balance_seen_by(user: User, appointment: Appointment) -> Balance | None:
    """What an appointment owes and what was paid; None for whoever does not see its money."""
    return balance_of(appointment) if may_see_money(user, appointment) else None


def may_take_payment(user: User, appointment: Appointment) -> bool:
    """Whether this person takes money for an appointment: of their own sessions, or everybody's by the permission."""
    if not is_team_member(user):
        return False
    return user.has_perm(TAKES_ALL) or is_session_of(user, appointment)


def is_session_of(user: User, appointment: Appointment) -> bool:
    """Whether this person gives the session, or nobody who signs in does and they are a therapist."""
    whose = appointment.therapist.user_id
    return whose == user.pk or (whose is None and hasattr(user, "therapist"))


def money_appointments_for(user: User) -> AppointmentQuerySet:
    """The appointments whose money this person sees. Money of an erased file stays in the books, without a name."""
    if not is_team_member(user):
        return Appointment.objects.none()
    if may_see_all_money(user) or user.has_perm(TAKES_ALL):
        return Appointment.objects.all()
    return Appointment.objects.filter(therapist__user=user)


def payments_for(user: User) -> QuerySet[Payment]:
    """The payments that this person sees."""
    found = Payment.objects.filter(appointment__in=money_appointments_for(user))
    return Payment.objects.all() if may_see_all_money(user) else found


def with_payment_state(rows: AppointmentQuerySet, user: User) -> AppointmentQuerySet:
    """Appointments with what `seen_payment_state` needs, in the same query: of those whose money this person sees, once
    the practice has taken a payment here at all."""
    whose = Q() if may_see_all_money(user) or user.has_perm(TAKES_ALL) else Q(therapist__user=user)
    used = Q(Exists(Payment.objects.all()))
    seen = Case(When(whose & used, then=Value(True)), default=Value(False), output_field=BooleanField())
    return with_balance(rows).annotate(money_is_seen=seen)


def seen_payment_state(appointment: Appointment) -> PaymentState:
    """Paid or open, of a session that took place and was read `with_payment_state`; else nothing."""
    if appointment.status != Status.COMPLETED or not getattr(appointment, "money_is_seen", False):
        return PaymentState.NOTHING_OWED
    return balance(appointment).state


def appointment_to_pay(user: User, public_id: uuid.UUID) -> Appointment:
    """One appointment whose money this person sees. Raises Http404 for any other."""
    rows = appointments_for(user).with_people()
    appointment = get_object_or_404(rows, public_id=public_id)
    if not may_see_money(user, appointment):
        return get_object_or_404(Appointment.objects.none())
    return appointment


def receipt_for(user: User, public_id: uuid.UUID) -> Receipt:
    """One receipt that this person sees. Raises Http404 for any other."""
    rows = Receipt.objects.filter(appointment__in=money_appointments_for(user))
    return get_object_or_404(
        rows.select_related("appointment__client", "appointment__therapist", "cancels", "cancelled_by"),
        public_id=public_id,
    )
