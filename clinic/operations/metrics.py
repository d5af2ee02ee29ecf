"""Mail and sweeps as Prometheus reads them (text format 0.0.4): counts and ages, never a name."""

from collections.abc import Iterable

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Extract, Now

from clinic.models import Heartbeat, MailChannel, MailState, OutgoingMail
from clinic.operations.disk import free_bytes
from clinic.operations.health import SWEEPS
from clinic.records.access_log import newest_seal

Sample = tuple[str, float]


def metrics_text() -> str:
    """Every metric. Two counts over the ledger, three questions besides; ages are seconds by the database's clock."""
    mails = dict(OutgoingMail.objects.order_by().values_list("state").annotate(Count("pk")))
    due = Q(state__in=[MailState.QUEUED, MailState.RETRYING], next_try_at__lte=Now())
    left = Q(state=MailState.SENDING, lease_until__lte=Now())
    waiting = OutgoingMail.objects.filter(due | left).aggregate(
        number=Count("pk"), age=Extract(Now() - Min("next_try_at"), "epoch")
    )
    beats = list(Heartbeat.objects.annotate(age=Extract(Now() - F("at"), "epoch")).order_by("name"))
    way = MailChannel.objects.aggregate(
        paused=Count("pk", filter=Q(paused_until__gt=Now())), down=Extract(Now() - Min("down_since"), "epoch")
    )
    sealed, events = newest_seal()
    return "".join(
        [
            *metric(
                "warmstone_mails",
                "Mails in the ledger by state.",
                ((f'{{state="{state}"}}', mails.get(state, 0)) for state in MailState.values),
            ),
            *metric("warmstone_mails_due", "Mails that should go now.", [("", waiting["number"])]),
            *metric(
                "warmstone_mail_oldest_due_seconds",
                "How long the oldest of them has been due.",
                [("", max(0.0, float(waiting["age"] or 0)))],
            ),
            *metric(
                "warmstone_sweep_age_seconds",
                "Since a periodic job last finished; a job that never ran has no line.",
                ((f'{{sweep="{beat.name}"}}', float(beat.age)) for beat in beats if beat.name in SWEEPS),
            ),
            *metric(
                "warmstone_jobs_failed",
                "Jobs that run by themselves and failed at their last run; /healthz/ready names them.",
                [("", sum(beat.failed for beat in beats))],
            ),
            *metric(
                "warmstone_backup_age_seconds",
                "Since the last backup was made; no line where none ever was.",
                (("", float(beat.age)) for beat in beats if beat.name == Heartbeat.BACKUP),
            ),
            *metric("warmstone_data_dir_free_bytes", "Room left where DATA_DIR lies.", [("", free_bytes())]),
            *metric(
                "warmstone_access_log_sealed",
                "Events of the access log under the newest seal, whose hash is the label: keep it outside.",
                [(f'{{head="{sealed}"}}', float(events))] if events else [],
            ),
            *metric("warmstone_mail_paused", "1 while the way out is paused.", [("", float(way["paused"]))]),
            *metric(
                "warmstone_mail_down_seconds",
                "How long nobody has answered at the mail server, since a mail last went out; 0 while somebody does.",
                [("", max(0.0, float(way["down"] or 0)))],
            ),
        ]
    )


def metric(name: str, meaning: str, samples: Iterable[Sample]) -> Iterable[str]:
    """The lines of one gauge."""
    yield f"# HELP {name} {meaning}\n# TYPE {name} gauge\n"
    for labels, value in samples:
        yield f"{name}{labels} {value:.15g}\n"
