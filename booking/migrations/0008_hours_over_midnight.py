"""Hours over midnight are ticked as such; those that ran over midnight until now keep doing so."""

import datetime

import django.core.validators
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.models import F, Q


def tick(apps: Apps, _editor: object) -> None:
    """Until now an end at or before the start meant: over midnight. An end at 00:00 is the end of the same day."""
    for noun in ("WorkingHours", "HoursOverride"):
        rows = apps.get_model("booking", noun).objects.filter(ends__lte=F("starts"))
        rows.exclude(ends=datetime.time.min).update(over_midnight=True)


def in_order(name: str) -> models.CheckConstraint:
    """See booking.scheduling.models.therapist."""
    return models.CheckConstraint(
        condition=Q(Q(over_midnight=False) & Q(Q(ends__gt=F("starts")) | Q(ends=datetime.time.min)))
        | Q(Q(over_midnight=True) & Q(ends__lte=F("starts"))),
        name=name,
    )


def not_negative(name: str) -> models.CheckConstraint:
    """No price below zero."""
    return models.CheckConstraint(
        condition=Q(price__gte=0), name=name, violation_error_message="A price is not below zero."
    )


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0007_row_versions"),
    ]

    operations = [
        migrations.AddField(
            model_name=noun,
            name="over_midnight",
            field=models.BooleanField(default=False, verbose_name="over midnight"),
        )
        for noun in ("hoursoverride", "workinghours")
    ]
    operations += [
        migrations.RunPython(tick, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="service",
            name="cancel_cutoff_hours",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: as in the practice.",
                null=True,
                validators=[django.core.validators.MaxValueValidator(720)],
                verbose_name="free move or cancel until (hours before)",
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="horizon_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="Empty: as in the practice.",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(730),
                ],
                verbose_name="how far ahead (days)",
            ),
        ),
        migrations.AlterField(
            model_name="therapist",
            name="max_minutes_a_day",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(5)],
                verbose_name="minutes a day at most",
            ),
        ),
        migrations.AlterField(
            model_name="therapist",
            name="max_appointments_a_day",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="appointments a day at most",
            ),
        ),
        migrations.AddConstraint("addon", not_negative("add_on_price_is_not_negative")),
        migrations.AddConstraint("service", not_negative("service_price_is_not_negative")),
        migrations.AddConstraint("hoursoverride", in_order("other_hours_end_after_they_begin")),
        migrations.AddConstraint("workinghours", in_order("hours_end_after_they_begin")),
    ]
