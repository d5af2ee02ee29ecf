"""Mail and sweeps as Prometheus reads them (text format 0.0.4): counts and ages, never a name."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.db.models import Count, F, Min, Q
from django.db.models.functions import Extract, Now

from clinic.models import DeliveryStatus, Heartbeat, MailState, OutgoingMail
from clinic.operations.disk import free_bytes
from clinic.operations.health import SWEEPS
from clinic.records.access_log import newest_seal

Sample = tuple[str, float]


def metrics_text() -> str:
    """Every metric. Two counts over the ledger, six questions besides; ages are seconds by the database's clock."""
    parts = (mail_metrics, job_metrics, record_metrics, delivery_metrics, calendar_metrics, webhook_metrics)
    return "".join(line for part in parts for line in part())


def mail_metrics() -> Iterator[str]:
    """How many mails there are, and how long those that are due have waited."""
    mails = dict(OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk")))
    due = Q(state__in=[MailState.QUEUED, MailState.RETRYING], next_try_at__lte=Now())
    left = Q(state=MailState.SENDING, lease_until__lte=Now())
    waiting = OutgoingMail.objects.filter(due | left).aggregate(
        number=Count("pk"), age=Extract(Now() - Min("next_try_at"), "epoch")
    )
    yield from metric(
        "warmstone_mails",
        "Mails in the ledger by state.",
        ((f'{{state="{state}"}}', mails.get(state, 0)) for state in MailState.values),
    )
    yield from metric("warmstone_mails_due", "Mails that should go now.", [("", waiting["number"])])
    yield from metric(
        "warmstone_mail_oldest_due_seconds",
        "How long the oldest of them has been due.",
        [("", max(0.0, float(waiting["age"] or 0)))],
    )


def job_metrics() -> Iterator[str]:
    """When the jobs that run by themselves last finished, and how many failed then."""
    beats = list(Heartbeat.objects.annotate(age=Extract(Now() - F("at"), "epoch")).order_by("name"))
    yield from metric(
        "warmstone_sweep_age_seconds",
        "Since a periodic job last finished; a job that never ran has no line.",
        ((f'{{sweep="{beat.name}"}}', float(beat.age)) for beat in beats if beat.name in SWEEPS),
    )
    yield from metric(
        "warmstone_jobs_failed",
        "Jobs that run by themselves and failed at their last run; /healthz/ready names them.",
        [("", sum(beat.failed for beat in beats))],
    )
    yield from metric(
        "warmstone_backup_age_seconds",
        "Since the last backup was made; no line where none ever was.",
        (("", float(beat.age)) for beat in beats if beat.name == Heartbeat.BACKUP),
    )


def record_metrics() -> Iterator[str]:
    """The room that is left for the data, and how far the access log is sealed."""
    yield from metric("warmstone_data_dir_free_bytes", "Room left where DATA_DIR lies.", [("", free_bytes())])
    sealed, events = newest_seal()
    yield from metric(
        "warmstone_access_log_sealed",
        "Events of the access log under the newest seal, whose hash is the label: keep it outside.",
        [(f'{{head="{sealed}"}}', float(events))] if events else [],
    )


def delivery_metrics() -> Iterator[str]:
    """Whether the way out is paused, and how long nobody has answered there."""
    way = DeliveryStatus.objects.aggregate(
        paused=Count("pk", filter=Q(paused_until__gt=Now())), down=Extract(Now() - Min("down_since"), "epoch")
    )
    yield from metric("warmstone_mail_paused", "1 while the way out is paused.", [("", float(way["paused"]))])
    yield from metric(
        "warmstone_mail_down_seconds",
        "How long nobody has answered at the mail server, since a mail last went out; 0 while somebody does.",
        [("", max(0.0, float(way["down"] or 0)))],
    )


def calendar_metrics() -> Iterator[str]:
    """How many private calendars of therapists are read, and how many of them failed at their last reading."""
    read = apps.get_model("booking", "PrivateCalendar")._default_manager.filter(active=True)
    found = read.aggregate(number=Count("pk"), failing=Count("pk", filter=~Q(trouble="")))
    yield from metric("warmstone_private_calendars", "Private calendars that are read.", [("", found["number"])])
    yield from metric(
        "warmstone_private_calendars_failing",
        "Those of them that could not be read at the last try; the desk tells their therapists.",
        [("", found["failing"])],
    )


def webhook_metrics() -> Iterator[str]:
    """How many events programs were told or are to be told, and how long those that are due have waited."""
    deliveries = apps.get_model("booking", "WebhookDelivery")._default_manager
    states = dict(deliveries.order_by().values_list("state").annotate(Count("pk")))
    yield from metric(
        "warmstone_webhooks",
        "Events for webhooks of the last month by state.",
        ((f'{{state="{state}"}}', number) for state, number in sorted(states.items())),
    )
    waiting = Q(state__in=["waiting", "retrying"], endpoint__active=True)
    oldest = deliveries.filter(waiting).aggregate(age=Extract(Now() - Min("created_at"), "epoch"))
    yield from metric(
        "warmstone_webhook_oldest_seconds",
        "How old the oldest event is that a program has not taken yet.",
        [("", max(0.0, float(oldest["age"] or 0)))],
    )


def metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterator[str]:
    """The lines of one gauge."""
    yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        yield f"{name}{labels} {value:.15g}\n"
