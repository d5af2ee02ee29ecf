"""A client without e-mail is a whole client: booked, asked, advised, and given on paper what others get by mail."""

import pytest

from booking.models import Appointment, Status
from clients.intake.actions import submit_intake
from clients.models import CarePlan, Client, IntakeRequest
from clinic.accounts.pins import set_pin
from clinic.models import OutgoingMail
from tests.booking.desk.test_booking import form
from tests.clients.steps import fill
from tests.fixtures.browser import Browser, flat
from tests.fixtures.cast import Cast


@pytest.fixture
def cleo(cast: Cast, desk: Browser) -> Client:
    """Somebody new who is at the counter, booked without an address."""
    person = {"client": "", "first_name": "Cleo", "last_name": "Ng", "email": "", "phone": "030 5550 199"}
    answer = desk.post("/desk/book/", form(cast, **person))
    assert answer.status_code == 302
    said = flat(desk.get(answer["Location"]))
    assert "print" in said
    return Client.objects.get(first_name="Cleo")


def test_they_are_booked_and_fill_the_form_on_the_tablet(cast: Cast, desk: Browser, cleo: Client) -> None:
    """From the counter to the signed form, with no mail owed to anybody."""
    appointment = Appointment.objects.get()
    set_pin(cast.owner, "740218")
    desk.post(f"/desk/clients/{cleo.public_id}/health-form/tablet/", {"appointment": str(appointment.public_id)})
    row = IntakeRequest.objects.get(appointment=appointment.public_id)
    assert desk.get(f"/intake/{row.public_id}/").status_code == 200
    fill(row)
    desk.post(f"/intake/{row.public_id}/check/")
    desk.post("/tablet/leave/", {"pin": "740218"})
    page = desk.get(f"/desk/appointments/{appointment.public_id}/")
    assert page.context["consent"] is not None
    assert not OutgoingMail.objects.filter(to_email="").exists()


def test_the_card_says_when_with_whom_where_and_how_to_cancel(cast: Cast, desk: Browser, cleo: Client) -> None:
    """All that are ahead, on one card; nothing of what they come for, and nothing that is cancelled."""
    cast.appointment(cast.at(14, ahead=20), client=cleo, therapist=cast.jonas)
    cast.appointment(cast.at(14, ahead=30), client=cleo, status=Status.CANCELLED, therapist=cast.tess)
    page = desk.get(f"/desk/clients/{cleo.public_id}/card/").content.decode()
    card = page[page.index("<article") : page.index("</article>")]
    practice = ("Stillwater Massage", "Lindenweg 4", "+49 30 5550 101", "24 hours")
    for word in (*practice, "Mira Feld", "Jonas Weber", "Cleo"):
        assert word in card
    assert "Tess" not in card
    assert "massage," not in card
    assert "Ng" not in card


def test_the_card_asks_for_as_many_rows_once(
    cast: Cast, desk: Browser, cleo: Client, django_assert_max_num_queries: object
) -> None:
    """Eight appointments cost no more than one."""
    for week in range(1, 8):
        cast.appointment(cast.at(14, ahead=7 * week + 7), client=cleo)
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert desk.get(f"/desk/clients/{cleo.public_id}/card/").content.count(b"<li>") >= 8


def test_the_plan_is_printed_from_the_desk(cast: Cast, desk: Browser, cleo: Client) -> None:
    """As the client reads it, without the buttons that only a link of theirs answers."""
    appointment = Appointment.objects.get()
    submit_intake(fill(IntakeRequest.objects.get(appointment=appointment.public_id)))
    plan = CarePlan.objects.get()
    page = desk.get(f"/desk/appointments/{appointment.public_id}/plans/{plan.public_id}/print/")
    assert page.status_code == 200
    assert b"Cleo" in page.content
    assert b"/care/" not in page.content
    assert b"tip-answer" not in page.content
