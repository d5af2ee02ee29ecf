"""The first page of the admin by what one comes to do, not by the program's parts."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AppEntry = dict[str, Any]
# In the order in which a practice needs them; each noun as `app.Model`, in the order of the list.
JOBS: tuple[tuple[str, "StrOrPromise", str], ...] = (
    (
        "appointments",
        _("Appointments"),
        (
            "booking.Appointment booking.Series booking.WaitlistEntry booking.AppointmentChange booking.Payment "
            "booking.Receipt booking.PriceAdjustment"
        ),
    ),
    (
        "clients",
        _("Clients and their records"),
        (
            "clients.Client clients.Intake clients.IntakeRequest clients.PainScore clients.Screening "
            "booking.SessionNote clients.CarePlan clients.Consent clients.ClientMerge"
        ),
    ),
    (
        "practice",
        _("The practice"),
        (
            "clinic.Practice booking.Service booking.AddOn booking.Therapist booking.WorkingHours booking.TimeOff "
            "booking.Holiday booking.Room booking.StoneKit booking.QuickPhrase"
        ),
    ),
    ("care", _("Care"), "clients.CatalogueEdit clients.CatalogueSignature clients.TipAnswer"),
    (
        "messages",
        _("Messages"),
        "booking.MessageText booking.ReminderRule booking.Reminder clinic.OutgoingMail clinic.DeliveryStatus",
    ),
    ("people", _("People and rights"), "clinic.User auth.Group clinic.Invitation clinic.ApiKey"),
    (
        "security",
        _("Records of use, and security"),
        "clinic.AccessEvent clinic.SecurityEvent clinic.Device clinic.ClientLink clinic.Heartbeat",
    ),
)
REST = ("more", _("More"))


def by_job(apps: Iterable[AppEntry], *, index: str) -> list[AppEntry]:
    """The entries of Django's list put together anew, each group as Django writes an app. What no job names stands in
    the last."""
    models = {entry["model"]._meta.label: entry for app in apps for entry in app["models"]}
    groups = [
        (slug, title, [models.pop(label) for label in labels.split() if label in models])
        for slug, title, labels in JOBS
    ]
    groups.append((*REST, sorted(models.values(), key=lambda entry: str(entry["name"]))))
    return [
        {
            "name": title,
            "app_label": f"job-{slug}",
            "app_url": f"{index}#job-{slug}",
            "has_module_perms": True,
            "models": found,
        }
        for slug, title, found in groups
        if found
    ]
