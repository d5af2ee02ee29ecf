"""The first page of the settings: what an owner touches, each with a line of what is set."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from booking.appointments.access import owner_only
from booking.models import AddOn, Holiday, MessageText, ReminderRule, Room, Service, StoneKit, Therapist, TimeOff
from booking.scheduling.readiness import owner_checklist
from clients.catalogue.switches import entries_to_switch
from clinic.legal.missing import legal_data_missing
from clinic.models import ApiKey, Invitation, Practice, User
from clinic.pictures.shown import current_pictures
from clinic.web.http import StaffRequest


@owner_only
@require_safe
def settings_page(request: StaffRequest) -> HttpResponse:
    """All of them, and above what keeps clients from booking."""
    context = {
        "checklist": owner_checklist(),
        "lines": lines(request.practice),
    }
    return render(request, "booking/desk/settings/index.html", context)


def lines(practice: Practice) -> list[tuple[str, str, str]]:
    """All of them, in the order in which a practice is set up: what it is, what is set, and its page."""
    who = ", ".join(filter(None, [practice.name, practice.address, practice.phone or _("no phone yet")]))
    return [
        (_("Practice"), who, "booking:desk-settings-practice"),
        (_("Your page"), looks_now(practice), "booking:desk-settings-branding"),
        (_("Privacy and imprint"), legal_now(practice), "booking:desk-settings-legal"),
        (_("Services and prices"), services_now(), "booking:desk-settings-services"),
        (_("Team and hours"), team_now(), "booking:desk-settings-team"),
        (_("Rooms and hot stones"), rooms_now(), "booking:desk-settings-rooms"),
        (_("Closed days"), closed_now(practice), "booking:desk-settings-closed"),
        (_("Booking rules"), rules_now(practice), "booking:desk-settings-rules"),
        (_("Mail times and texts"), mails_now(), "booking:desk-settings-mails"),
        (_("Care"), care_now(practice), "booking:desk-settings-care"),
        (_("People and rights"), people_now(), "booking:desk-settings-people"),
        (_("Programs"), programs_now(), "booking:desk-settings-programs"),
        (_("Data"), _("Download everything, held mail, erased clients"), "booking:desk-data"),
    ]


def dotted(*parts: str) -> str:
    """What there is of some parts of a line, with a dot between."""
    return " · ".join(filter(None, parts))


def legal_now(practice: Practice) -> str:
    """How much is missing in privacy notice and imprint."""
    missing = len(legal_data_missing(practice))
    if not missing:
        return _("complete for your country")
    return ngettext("%(number)d thing is missing", "%(number)d things are missing", missing) % {"number": missing}


def looks_now(practice: Practice) -> str:
    """Which pictures stand there, and whose colours."""
    pictures = current_pictures()
    faces = len(pictures.portraits)
    parts = [
        _("a logo") if pictures.logo else "",
        _("a wide photo") if pictures.wide else "",
        ngettext("%(number)d portrait", "%(number)d portraits", faces) % {"number": faces} if faces else "",
        "" if practice.palette.is_ours else _("your colours"),
    ]
    return ", ".join(filter(None, parts)) or _("no picture yet")


def named_or(names: list[str], nothing: str) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:4])
    more = len(names) - 4
    if more > 0:
        shown += " " + ngettext("and %(number)d more", "and %(number)d more", more) % {"number": more}
    return shown or nothing


def services_now() -> str:
    """The services that can be booked."""
    names = list(dict.fromkeys(Service.objects.filter(active=True).values_list("name", flat=True)))
    extra = AddOn.objects.filter(active=True).count()
    add_ons = ngettext("%(number)d add-on", "%(number)d add-ons", extra) % {"number": extra} if extra else ""
    return dotted(named_or(names, _("none yet")), add_ons)


def team_now() -> str:
    """Who takes appointments."""
    return named_or(list(Therapist.objects.at_work().values_list("name", flat=True)), _("nobody yet"))


def rooms_now() -> str:
    """Rooms and kits in use."""
    rooms, kits = Room.objects.filter(active=True).count(), StoneKit.objects.filter(active=True).count()
    said = ngettext("%(number)d room", "%(number)d rooms", rooms) % {"number": rooms}
    return f"{said}, {ngettext('%(number)d stone kit', '%(number)d stone kits', kits) % {'number': kits}}"


def closed_now(practice: Practice) -> str:
    """The next closed day."""
    now, today = timezone.now(), timezone.localdate(timezone=practice.zone)
    off = TimeOff.objects.filter(therapist=None, ends_at__gt=now).order_by("starts_at").first()
    holiday = Holiday.objects.filter(closed=True, date__gte=today).first()
    days = [off.starts_at.astimezone(practice.zone).date()] if off else []
    days += [holiday.date] if holiday else []
    return _("next on %(day)s") % {"day": practice.formats.full_date(min(days))} if days else _("none ahead")


def rules_now(practice: Practice) -> str:
    """Notice and how far ahead."""
    notice = practice.notice_minutes
    hours = ngettext("%(number)d hour", "%(number)d hours", notice // 60) % {"number": notice // 60}
    soon = hours if notice % 60 == 0 else _("%(number)d minutes") % {"number": notice}
    return _("from %(soon)s to %(days)d days ahead, free to change until %(cutoff)d hours before") % {
        "soon": soon,
        "days": practice.horizon_days,
        "cutoff": practice.cancel_cutoff_hours,
    }


def mails_now() -> str:
    """How many kinds go by a rule, and how many are in own words."""
    on = ReminderRule.objects.filter(service=None, active=True).count()
    own = MessageText.objects.filter(active=True).count()
    said = ngettext("%(number)d kind goes by itself", "%(number)d kinds go by themselves", on) % {"number": on}
    words = ngettext("%(number)d in your words", "%(number)d in your words", own) % {"number": own} if own else ""
    return dotted(said, words)


def care_now(practice: Practice) -> str:
    """How much of the catalogue is offered."""
    said = _("%(kind)s: %(offered)d of %(all)d")
    groups = entries_to_switch(practice)
    return dotted(*(said % {"kind": each.title, "offered": each.offered, "all": len(each.entries)} for each in groups))


def people_now() -> str:
    """How many work here, and how many are invited."""
    works = User.objects.filter(is_active=True).exclude(is_staff=False, therapist=None).count()
    waiting = Invitation.objects.waiting().count()
    said = ngettext("%(number)d person signs in", "%(number)d people sign in", works) % {"number": works}
    invited = ngettext("%(number)d invited", "%(number)d invited", waiting) % {"number": waiting} if waiting else ""
    return dotted(said, invited)


def programs_now() -> str:
    """Which programs have a key that works."""
    return named_or(list(ApiKey.objects.live().values_list("name", flat=True)), _("no program has a key"))
