"""The tables of `booking`."""

import datetime
import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import booking.appointments.models.appointment
import booking.appointments.models.occupancy
import clinic.country.money
import clinic.mail.kinds


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("clinic", "0001_initial"),
        ("clinic", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("date", models.DateField(unique=True, verbose_name="date")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "closed",
                    models.BooleanField(
                        default=True, help_text="Unticked: a working day like any other.", verbose_name="closed"
                    ),
                ),
            ],
            options={
                "verbose_name": "public holiday",
                "verbose_name_plural": "public holidays",
                "ordering": ["date"],
            },
        ),
        migrations.CreateModel(
            name="MessageText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=clinic.mail.kinds.choices,
                        error_messages={"unique": "This kind of mail has its words already; change those."},
                        max_length=20,
                        unique=True,
                        verbose_name="kind",
                    ),
                ),
                (
                    "active",
                    models.BooleanField(
                        default=True, help_text="Untick to look at a text before it is used.", verbose_name="in use"
                    ),
                ),
                ("subject", models.CharField(blank=True, max_length=120, verbose_name="subject")),
                ("opening", models.TextField(blank=True, max_length=2000, verbose_name="opening")),
                ("closing", models.TextField(blank=True, max_length=2000, verbose_name="closing")),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="changed"),
                ),
            ],
            options={
                "verbose_name": "mail wording",
                "verbose_name_plural": "mail wordings",
                "ordering": ["kind"],
            },
        ),
        migrations.CreateModel(
            name="PrivateCalendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("sealed", models.BinaryField(verbose_name="encrypted content")),
                (
                    "kind",
                    models.CharField(
                        choices=[("feed", "calendar address"), ("caldav", "CalDAV with a password")],
                        default="feed",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="is read")),
                (
                    "edition",
                    models.PositiveIntegerField(default=1, editable=False, verbose_name="edition of the address"),
                ),
                (
                    "etag",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="mark of its state"),
                ),
                (
                    "last_modified",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="changed, as its server says"
                    ),
                ),
                (
                    "digest",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of its times"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="added"),
                ),
                ("tried_at", models.DateTimeField(editable=False, null=True, verbose_name="last tried")),
                ("succeeded_at", models.DateTimeField(editable=False, null=True, verbose_name="last read")),
                ("worked_out_at", models.DateTimeField(editable=False, null=True, verbose_name="times worked out")),
                ("trouble", models.CharField(blank=True, editable=False, max_length=20, verbose_name="trouble")),
                ("failures", models.PositiveIntegerField(default=0, editable=False, verbose_name="failures in a row")),
                (
                    "skipped",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="entries that could not be read"
                    ),
                ),
                (
                    "next_due_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, editable=False, verbose_name="next reading"
                    ),
                ),
            ],
            options={
                "verbose_name": "private calendar",
                "verbose_name_plural": "private calendars",
                "ordering": ["therapist", "pk"],
            },
        ),
        migrations.CreateModel(
            name="QuickPhrase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "any"),
                            ("subjective", "subjective"),
                            ("objective", "objective"),
                            ("assessment", "assessment"),
                            ("plan", "plan"),
                        ],
                        help_text="Offered first there; “any” is offered everywhere.",
                        max_length=12,
                        verbose_name="part of the note",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="text")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
            ],
            options={
                "verbose_name": "quick phrase",
                "verbose_name_plural": "quick phrases",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
            ],
            options={
                "verbose_name": "room",
                "verbose_name_plural": "rooms",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="StoneKit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                ("active", models.BooleanField(default=True, verbose_name="in use")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
            ],
            options={
                "verbose_name": "stone kit",
                "verbose_name_plural": "stone kits",
                "ordering": ["position", "name"],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("clearance_seen_on", models.DateField(blank=True, null=True, verbose_name="doctor's note seen on")),
                (
                    "position",
                    models.PositiveSmallIntegerField(
                        blank=True, editable=False, null=True, verbose_name="place in the series"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                ("blocked_from", models.DateTimeField(verbose_name="blocked from")),
                ("blocked_until", models.DateTimeField(verbose_name="blocked until")),
                ("kit_blocked_until", models.DateTimeField(verbose_name="kit blocked until")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "offered"),
                            ("requested", "requested"),
                            ("confirmed", "confirmed"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                            ("no-show", "no-show"),
                        ],
                        default="confirmed",
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=0, editable=False, verbose_name="revision")),
                (
                    "moves",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="moved by the client"),
                ),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes as booked")),
                (
                    "price",
                    clinic.country.money.PriceField(decimal_places=3, max_digits=11, verbose_name="price as booked"),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("web", "web page"),
                            ("api", "API"),
                            ("desk", "desk"),
                            ("admin", "admin"),
                            ("waitlist", "waitlist"),
                            ("import", "import"),
                            ("program", "a program with a key"),
                            ("seed", "demo data"),
                        ],
                        default="web",
                        max_length=10,
                        verbose_name="booked by",
                    ),
                ),
                (
                    "network",
                    models.CharField(
                        blank=True,
                        db_default="",
                        editable=False,
                        help_text="Of whoever booked online, for 30 days: to find bookings that one person made in many names.",
                        max_length=24,
                        verbose_name="mark of the network",
                    ),
                ),
                (
                    "booked_by",
                    models.UUIDField(
                        blank=True,
                        editable=False,
                        help_text="The file of whoever booked this for its client. Empty: the client did.",
                        null=True,
                        verbose_name="booked for them by",
                    ),
                ),
                ("confirmed_by_client_at", models.DateTimeField(blank=True, null=True, verbose_name="client said yes")),
                ("arrived_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="arrived")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Why it was cancelled, or why a rule was overridden.",
                        max_length=300,
                        verbose_name="reason",
                    ),
                ),
                ("client_note", models.TextField(blank=True, max_length=2000, verbose_name="note from the client")),
                ("policy_text", models.TextField(blank=True, verbose_name="policy as accepted")),
                (
                    "calendar_uid",
                    models.CharField(
                        default=booking.appointments.models.appointment.new_calendar_uid,
                        editable=False,
                        max_length=255,
                        verbose_name="name of the entry in calendars",
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=120,
                        null=True,
                        unique=True,
                        verbose_name="idempotency key",
                    ),
                ),
                (
                    "request_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of the request"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="booked"),
                ),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="changed"),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="changed by",
                    ),
                ),
                (
                    "clearance_seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="doctor's note seen by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "rescreened_with",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="The newest intake that was held against this appointment after it was booked.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.intake",
                        verbose_name="judged again by",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.screening",
                        verbose_name="safety answers",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="booking.room",
                        verbose_name="room",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ["starts_at"],
                "permissions": (("read_team_reports", "Reads the numbers of all therapists"),),
            },
        ),
        migrations.CreateModel(
            name="AppointmentChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("web", "web page"),
                            ("api", "API"),
                            ("desk", "desk"),
                            ("admin", "admin"),
                            ("waitlist", "waitlist"),
                            ("import", "import"),
                            ("program", "a program with a key"),
                            ("seed", "demo data"),
                        ],
                        max_length=10,
                        verbose_name="through",
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("booked", "booked"),
                            ("offered", "offered from the waitlist"),
                            ("moved", "moved"),
                            ("status", "status changed"),
                            ("service", "service changed"),
                            ("room", "room or kit changed"),
                            ("confirmed", "confirmed by the client"),
                            ("arrived", "arrived"),
                            ("clearance", "doctor's note seen"),
                            ("answers", "newer health answers"),
                            ("series", "repeated"),
                        ],
                        max_length=10,
                        verbose_name="what",
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=500, verbose_name="before")),
                ("after", models.CharField(blank=True, max_length=500, verbose_name="after")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of an appointment",
                "verbose_name_plural": "changes of appointments",
                "ordering": ["at", "id"],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "amount",
                    clinic.country.money.PriceField(
                        decimal_places=3, help_text="A refund is below zero.", max_digits=11, verbose_name="amount"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "cash"),
                            ("card", "card terminal"),
                            ("transfer", "transfer"),
                            ("voucher", "voucher"),
                        ],
                        max_length=10,
                        verbose_name="way of paying",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="Of the voucher, or what the transfer is known by. Never of a card.",
                        max_length=60,
                        verbose_name="number",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why money went back.", max_length=200, verbose_name="reason"
                    ),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="received")),
                (
                    "idempotency_key",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="idempotency key"),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="received by",
                    ),
                ),
                (
                    "refund_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refunds",
                        to="booking.payment",
                        verbose_name="refund of",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment",
                "verbose_name_plural": "payments",
                "ordering": ["received_at", "id"],
                "indexes": [models.Index(fields=["received_at"], name="payment_received")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        fields=("appointment", "idempotency_key"),
                        name="payment_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gt", 0), ("refund_of", None)),
                            models.Q(("amount__lt", 0), ("refund_of__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_is_above_zero_or_a_refund",
                        violation_error_message="A payment is above zero, a refund below and of a payment.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["cash", "card", "transfer", "voucher"])),
                        name="payment_method_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PriceAdjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "amount",
                    clinic.country.money.PriceField(
                        decimal_places=3, help_text="A discount is below zero.", max_digits=11, verbose_name="amount"
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("reason", models.CharField(help_text="Stands on the receipt.", max_length=120, verbose_name="reason")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                (
                    "idempotency_key",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="idempotency key"),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_adjustments",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "price adjustment",
                "verbose_name_plural": "price adjustments",
                "ordering": ["made_at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("idempotency_key", ""), _negated=True),
                        fields=("appointment", "idempotency_key"),
                        name="adjustment_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount", 0), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="adjustment_has_amount_and_reason",
                        violation_error_message="A change of the price has an amount and a reason.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrivateBusy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="busy",
                        to="booking.privatecalendar",
                        verbose_name="private calendar",
                    ),
                ),
            ],
            options={
                "verbose_name": "private busy time",
                "verbose_name_plural": "private busy times",
                "ordering": ["starts_at"],
                "indexes": [models.Index(fields=["ends_at", "starts_at"], name="private_busy_span")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="private_busy_has_length"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("number", models.PositiveIntegerField(unique=True, verbose_name="number")),
                (
                    "amount",
                    clinic.country.money.PriceField(
                        decimal_places=3,
                        help_text="The sum of its payments; below zero where it cancels them.",
                        max_digits=11,
                        verbose_name="amount",
                    ),
                ),
                ("currency", models.CharField(max_length=3, verbose_name="currency")),
                ("client_name", models.CharField(blank=True, max_length=200, verbose_name="client")),
                ("client_address", models.CharField(blank=True, max_length=300, verbose_name="address of the client")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="why it cancels")),
                ("content", models.JSONField(help_text="As it was when it was issued.", verbose_name="what it says")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="issued")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "cancels",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cancelled_by",
                        to="booking.receipt",
                        verbose_name="cancels",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
            ],
            options={
                "verbose_name": "receipt",
                "verbose_name_plural": "receipts",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ReceiptCounter",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0, verbose_name="number given last")),
            ],
            options={
                "verbose_name": "receipt counter",
                "verbose_name_plural": "receipt counter",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="receipt_counter_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceiptPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="booking.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="booking.receipt",
                        verbose_name="receipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment on a receipt",
                "verbose_name_plural": "payments on receipts",
                "ordering": ["payment_id"],
                "constraints": [
                    models.UniqueConstraint(fields=("receipt", "payment"), name="payment_once_on_a_receipt")
                ],
            },
        ),
        migrations.AddField(
            model_name="receipt",
            name="payments",
            field=models.ManyToManyField(
                related_name="receipts", through="booking.ReceiptPayment", to="booking.payment", verbose_name="payments"
            ),
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=clinic.mail.kinds.choices, max_length=20, verbose_name="kind")),
                ("revision", models.PositiveIntegerField(verbose_name="revision")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("not_after", models.DateTimeField(verbose_name="useless after")),
                (
                    "state",
                    models.CharField(
                        choices=[("due", "waiting"), ("done", "written as a mail"), ("skipped", "skipped")],
                        default="due",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("skip_reason", models.CharField(blank=True, max_length=200, verbose_name="why not")),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="written"),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "mail",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder",
                        to="clinic.outgoingmail",
                        verbose_name="mail",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_reminders",
                        to="booking.reminder",
                        verbose_name="said in the mail of",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "verbose_name_plural": "reminders",
                "ordering": ["due_at"],
                "indexes": [models.Index(condition=models.Q(("state", "due")), fields=["due_at"], name="reminder_due")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "kind", "revision"), name="one_reminder_per_kind_and_revision"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "skipped"), _negated=True),
                            models.Q(("skip_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="skipped_reminder_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "every_weeks",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(12),
                        ],
                        verbose_name="every so many weeks",
                    ),
                ),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2),
                            django.core.validators.MaxValueValidator(26),
                        ],
                        verbose_name="how many times",
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="made"),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=120,
                        null=True,
                        unique=True,
                        verbose_name="idempotency key",
                    ),
                ),
                (
                    "request_hash",
                    models.CharField(blank=True, editable=False, max_length=64, verbose_name="hash of the request"),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "ordering": ["-made_at"],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="series",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="booking.series",
                verbose_name="series",
            ),
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="The last part of its web address.",
                        max_length=60,
                        unique=True,
                        verbose_name="address",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("technique", models.SlugField(max_length=60, verbose_name="kind of massage")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(480),
                        ],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "price",
                    clinic.country.money.PriceField(
                        decimal_places=3,
                        max_digits=11,
                        validators=[django.core.validators.MinValueValidator(0), clinic.country.money.check_price],
                        verbose_name="price",
                    ),
                ),
                (
                    "billing_code",
                    models.CharField(
                        blank=True,
                        help_text="Stands on receipts, for example 97124 in the US. Empty: none.",
                        max_length=20,
                        verbose_name="code for insurers",
                    ),
                ),
                (
                    "buffer_before",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[django.core.validators.MaxValueValidator(240)],
                        verbose_name="buffer before (minutes)",
                    ),
                ),
                (
                    "buffer_after",
                    models.PositiveSmallIntegerField(
                        default=15,
                        validators=[django.core.validators.MaxValueValidator(240)],
                        verbose_name="buffer after (minutes)",
                    ),
                ),
                ("needs_kit", models.BooleanField(default=False, verbose_name="needs a stone kit")),
                (
                    "kit_buffer_after",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Cleaning and re-heating. Counted from the end of the session; at least the buffer.",
                        validators=[django.core.validators.MaxValueValidator(480)],
                        verbose_name="kit busy after (minutes)",
                    ),
                ),
                (
                    "step_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as in the practice.",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="times start every (minutes)",
                    ),
                ),
                (
                    "notice_minutes",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty: as in the practice.", null=True, verbose_name="notice (minutes)"
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
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
                (
                    "cancel_cutoff_hours",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as in the practice.",
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="free move or cancel until (hours before)",
                    ),
                ),
                (
                    "moves_per_appointment",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: as in the practice.",
                        null=True,
                        verbose_name="moves by the client per appointment",
                    ),
                ),
                (
                    "first_start",
                    models.TimeField(
                        blank=True,
                        help_text="Time of day. Empty: whenever the therapist works.",
                        null=True,
                        verbose_name="starts from",
                    ),
                ),
                (
                    "last_start",
                    models.TimeField(
                        blank=True, help_text="This time itself is still offered.", null=True, verbose_name="last start"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("everyone", "everyone"),
                            ("new", "new clients only"),
                            ("existing", "existing clients only"),
                        ],
                        default="everyone",
                        help_text="New: without an appointment so far. Existing: with a file here, known by name and e-mail.",
                        max_length=10,
                        verbose_name="for whom",
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("full", "the whole intake"),
                            ("short", "a short one: safety, consent, where it hurts"),
                            ("none", "none: only the safety question before booking"),
                        ],
                        default="full",
                        help_text="What is asked before the appointment. None suits a chair massage at an event.",
                        max_length=10,
                        verbose_name="intake",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="bookable")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
                (
                    "rooms",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None chosen: in any room.",
                        to="booking.room",
                        verbose_name="only in these rooms",
                    ),
                ),
                (
                    "kits",
                    models.ManyToManyField(
                        blank=True,
                        help_text="None chosen: any kit.",
                        to="booking.stonekit",
                        verbose_name="only with these kits",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "ordering": ["position", "name", "minutes"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("minutes__gt", 0)), name="service_has_length"),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)),
                        name="service_price_is_not_negative",
                        violation_error_message="A price is not below zero.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("audience__in", ["everyone", "new", "existing"])),
                        name="service_audience_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["full", "short", "none"])), name="service_form_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="series",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="booking.service",
                verbose_name="service",
            ),
        ),
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("kind", models.CharField(choices=clinic.mail.kinds.choices, max_length=20, verbose_name="kind")),
                (
                    "anchor",
                    models.CharField(
                        choices=[("booking", "after booking"), ("start", "before the start"), ("end", "after the end")],
                        max_length=10,
                        verbose_name="counted",
                    ),
                ),
                ("minutes", models.PositiveIntegerField(verbose_name="minutes")),
                ("active", models.BooleanField(default=True, verbose_name="on")),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every service without a rule of its own.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reminder_rules",
                        to="booking.service",
                        verbose_name="service",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder rule",
                "verbose_name_plural": "reminder rules",
                "ordering": ["kind", "service"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "service"),
                        name="one_rule_per_kind_and_service",
                        nulls_distinct=False,
                        violation_error_message="There is already a rule of this kind for this service.",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="booking.service",
                verbose_name="service",
            ),
        ),
        migrations.CreateModel(
            name="AddOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        help_text="How web addresses name it.", max_length=60, unique=True, verbose_name="address"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                (
                    "minutes",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="How much longer the session takes. 0: no longer.",
                        validators=[django.core.validators.MaxValueValidator(240)],
                        verbose_name="minutes",
                    ),
                ),
                (
                    "price",
                    clinic.country.money.PriceField(
                        decimal_places=3,
                        max_digits=11,
                        validators=[django.core.validators.MinValueValidator(0), clinic.country.money.check_price],
                        verbose_name="price",
                    ),
                ),
                (
                    "technique",
                    models.SlugField(
                        blank=True,
                        help_text="Where its safety differs from the service's: warm stones are asked about as hot stones are.",
                        max_length=60,
                        verbose_name="kind of massage",
                    ),
                ),
                (
                    "kind",
                    models.SlugField(
                        blank=True,
                        help_text="By it the health answers are judged: warmth, scent and the like.",
                        max_length=60,
                        verbose_name="what it is",
                    ),
                ),
                ("needs_kit", models.BooleanField(default=False, verbose_name="needs a stone kit")),
                (
                    "kit_buffer_after",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Cleaning and re-heating. Counted from the end of the session; at least the buffer.",
                        validators=[django.core.validators.MaxValueValidator(480)],
                        verbose_name="kit busy after (minutes)",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="bookable")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
                (
                    "services",
                    models.ManyToManyField(
                        help_text="The services it can be added to.",
                        related_name="add_ons",
                        to="booking.service",
                        verbose_name="services",
                    ),
                ),
            ],
            options={
                "verbose_name": "add-on",
                "verbose_name_plural": "add-ons",
                "ordering": ["position", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("needs_kit", False), models.Q(("technique", ""), _negated=True), _connector="OR"
                        ),
                        name="stones_are_asked_about",
                        violation_error_message="Say which kind of massage the stones are, so that clients are asked first.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0)),
                        name="add_on_price_is_not_negative",
                        violation_error_message="A price is not below zero.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "subjective",
                    models.TextField(blank=True, help_text="What the client said.", verbose_name="subjective"),
                ),
                (
                    "objective",
                    models.TextField(blank=True, help_text="What you saw and felt.", verbose_name="objective"),
                ),
                (
                    "assessment",
                    models.TextField(
                        blank=True, help_text="What you did and how they responded.", verbose_name="assessment"
                    ),
                ),
                (
                    "plan",
                    models.TextField(blank=True, help_text="Home care and when to come again.", verbose_name="plan"),
                ),
                (
                    "for_client",
                    models.CharField(
                        blank=True,
                        help_text="One sentence on what you did. It stands in the mail after the session, as you write it.",
                        max_length=300,
                        verbose_name="for the client",
                    ),
                ),
                (
                    "worked_on",
                    models.TextField(
                        blank=True,
                        help_text="Places of the body chart: area and side, such as “neck:left”.",
                        verbose_name="worked on",
                    ),
                ),
                (
                    "rebook_weeks",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="rebook in (weeks)"),
                ),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="saved")),
                ("signed_at", models.DateTimeField(blank=True, null=True, verbose_name="signed")),
                (
                    "signed_reason",
                    models.CharField(
                        blank=True,
                        help_text="Filled where another person than the therapist of the session signed it.",
                        max_length=300,
                        verbose_name="why it was signed by somebody else",
                    ),
                ),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="saved by",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "session note",
                "verbose_name_plural": "session notes",
                "ordering": ["-saved_at"],
            },
        ),
        migrations.CreateModel(
            name="SessionNoteAddendum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="text")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addenda",
                        to="booking.sessionnote",
                        verbose_name="session note",
                    ),
                ),
            ],
            options={
                "verbose_name": "addendum",
                "verbose_name_plural": "addenda",
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="SessionNoteDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("parts", models.JSONField(default=dict, verbose_name="text")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="note_drafts",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "draft of a session note",
                "verbose_name_plural": "drafts of session notes",
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "by"), name="note_draft_once_per_person")
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="kit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="booking.stonekit",
                verbose_name="stone kit",
            ),
        ),
        migrations.CreateModel(
            name="Therapist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("sort_key", models.CharField(blank=True, db_collation="C", editable=False, max_length=320)),
                (
                    "licence",
                    models.CharField(
                        blank=True,
                        help_text="Or of the register or the association: stands on receipts, insurers ask for it.",
                        max_length=60,
                        verbose_name="licence number",
                    ),
                ),
                (
                    "about",
                    models.TextField(blank=True, help_text="Two or three sentences for clients.", verbose_name="about"),
                ),
                (
                    "good_at",
                    models.CharField(
                        blank=True,
                        help_text="For example: neck and shoulders, runners’ legs.",
                        max_length=120,
                        verbose_name="good at",
                    ),
                ),
                (
                    "languages",
                    models.CharField(
                        blank=True, help_text="For example: English, German.", max_length=120, verbose_name="speaks"
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        default="#4f6f52",
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator("^#[0-9a-fA-F]{6}$", "A colour such as #4f6f52.")
                        ],
                        verbose_name="colour",
                    ),
                ),
                (
                    "max_appointments_a_day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="appointments a day at most",
                    ),
                ),
                (
                    "max_minutes_a_day",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(5)],
                        verbose_name="minutes a day at most",
                    ),
                ),
                (
                    "adjacent_only",
                    models.BooleanField(
                        default=False,
                        help_text="On a day that has appointments, only the times right before or after one are offered.",
                        verbose_name="only beside another appointment",
                    ),
                ),
                (
                    "minimum_gap",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="0: any gap is fine. Too short a gap cannot be sold.",
                        validators=[django.core.validators.MaxValueValidator(240)],
                        verbose_name="leave no gap shorter than (minutes)",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="takes appointments")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
                (
                    "feed_digest",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=64,
                        null=True,
                        unique=True,
                        verbose_name="hash of the calendar's secret",
                    ),
                ),
                (
                    "feed_created_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="calendar address made"),
                ),
                (
                    "services",
                    models.ManyToManyField(
                        blank=True, related_name="therapists", to="booking.service", verbose_name="services"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="therapist",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sign-in",
                    ),
                ),
            ],
            options={
                "verbose_name": "therapist",
                "verbose_name_plural": "therapists",
                "ordering": ["position", "sort_key", "name"],
            },
        ),
        migrations.AddField(
            model_name="series",
            name="therapist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="booking.therapist",
                verbose_name="therapist",
            ),
        ),
        migrations.AddField(
            model_name="privatecalendar",
            name="therapist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="private_calendars",
                to="booking.therapist",
                verbose_name="therapist",
            ),
        ),
        migrations.CreateModel(
            name="HoursOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("date", models.DateField(verbose_name="date")),
                (
                    "starts",
                    models.TimeField(
                        blank=True, help_text="Both empty: not at work that day.", null=True, verbose_name="from"
                    ),
                ),
                ("ends", models.TimeField(blank=True, null=True, verbose_name="to")),
                ("over_midnight", models.BooleanField(default=False, verbose_name="over midnight")),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="other_hours",
                        to="booking.therapist",
                        verbose_name="therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "other hours on a date",
                "verbose_name_plural": "other hours on a date",
                "ordering": ["therapist", "-date", "starts"],
                "indexes": [models.Index(fields=["date"], name="hours_override_date")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ends", None), ("starts", None)),
                            models.Q(("ends__isnull", False), ("starts__isnull", False)),
                            _connector="OR",
                        ),
                        name="hours_override_whole_range",
                        violation_error_message="Please fill both times, or neither.",
                    ),
                    models.UniqueConstraint(
                        fields=("therapist", "date", "starts"),
                        name="hours_override_once",
                        nulls_distinct=False,
                        violation_error_message="That is already there.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("over_midnight", False),
                                models.Q(
                                    ("ends__gt", models.F("starts")), ("ends", datetime.time(0, 0)), _connector="OR"
                                ),
                            ),
                            models.Q(("over_midnight", True), ("ends__lte", models.F("starts"))),
                            _connector="OR",
                        ),
                        name="other_hours_end_after_they_begin",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="appointment",
            name="therapist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appointments",
                to="booking.therapist",
                verbose_name="therapist",
            ),
        ),
        migrations.CreateModel(
            name="TimeOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="from")),
                ("ends_at", models.DateTimeField(verbose_name="until")),
                (
                    "reason",
                    models.CharField(blank=True, help_text="For the team only.", max_length=120, verbose_name="reason"),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole practice.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="time_off",
                        to="booking.therapist",
                        verbose_name="therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "time off",
                "verbose_name_plural": "time off",
                "ordering": ["-starts_at"],
                "indexes": [models.Index(fields=["ends_at", "starts_at"], name="time_off_span")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="time_off_has_length",
                        violation_error_message="The end must come after the start.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(
                            choices=[
                                (0, "Monday"),
                                (1, "Tuesday"),
                                (2, "Wednesday"),
                                (3, "Thursday"),
                                (4, "Friday"),
                                (5, "Saturday"),
                                (6, "Sunday"),
                            ]
                        ),
                        size=None,
                        verbose_name="days",
                    ),
                ),
                ("from_time", models.TimeField(verbose_name="not before")),
                ("until_time", models.TimeField(verbose_name="finished by")),
                ("first_date", models.DateField(verbose_name="from")),
                ("last_date", models.DateField(verbose_name="until")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("offered", "a time is offered"),
                            ("booked", "booked"),
                            ("ended", "ended"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "left by the client"),
                            ("desk", "ended at the desk"),
                            ("over", "its last day is over"),
                            ("ignored", "three offers without an answer"),
                            ("unsuitable", "does not suit the answers any more"),
                            ("erased", "the file was erased"),
                        ],
                        max_length=10,
                        verbose_name="why it ended",
                    ),
                ),
                (
                    "via",
                    models.CharField(
                        choices=[
                            ("web", "web page"),
                            ("api", "API"),
                            ("desk", "desk"),
                            ("admin", "admin"),
                            ("waitlist", "waitlist"),
                            ("import", "import"),
                            ("program", "a program with a key"),
                            ("seed", "demo data"),
                        ],
                        default="web",
                        max_length=10,
                        verbose_name="through",
                    ),
                ),
                (
                    "idempotency_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        max_length=120,
                        null=True,
                        unique=True,
                        verbose_name="idempotency key",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                ("ended_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ended")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waits",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "screening",
                    models.ForeignKey(
                        editable=False,
                        help_text="Kept until the file is erased.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clients.screening",
                        verbose_name="safety answers",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waits",
                        to="booking.service",
                        verbose_name="service",
                    ),
                ),
                (
                    "therapist",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: any.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waits",
                        to="booking.therapist",
                        verbose_name="therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "waitlist entry",
                "verbose_name_plural": "waitlist",
                "ordering": ["created_at", "id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "offered"])),
                        fields=["created_at"],
                        name="wait_live",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "offered"])),
                        fields=("client", "service"),
                        name="one_live_wait_per_client_and_service",
                        violation_error_message="This client waits for this service already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until_time__gt", models.F("from_time")), ("last_date__gte", models.F("first_date"))
                        ),
                        name="wait_times_in_order",
                        violation_error_message="The end must come after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "ended"), ("end_reason", ""), _connector="XOR"),
                        name="ended_wait_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistOffer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="time as offered")),
                ("held_until", models.DateTimeField(verbose_name="held until")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("last", models.BooleanField(default=False, verbose_name="last before the entry ends")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "waits for an answer"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("ignored", "no answer"),
                            ("unsaid", "over before its mail went out"),
                            ("withdrawn", "taken back"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "appointment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offer",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="booking.waitlistentry",
                        verbose_name="waitlist entry",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
            ],
            options={
                "verbose_name": "waitlist offer",
                "verbose_name_plural": "waitlist offers",
                "ordering": ["-made_at", "-id"],
                "indexes": [
                    models.Index(condition=models.Q(("outcome", "open")), fields=["held_until"], name="offer_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")), fields=("entry",), name="one_open_offer_per_wait"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("sealed", models.BinaryField(verbose_name="encrypted content")),
                ("url", models.CharField(max_length=2000, verbose_name="address")),
                (
                    "events",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("appointment.booked", "booked or asked for"),
                                ("appointment.confirmed", "a request was accepted"),
                                ("appointment.moved", "another time, length, therapist, room or service"),
                                ("appointment.cancelled", "cancelled"),
                                ("appointment.completed", "took place"),
                                ("appointment.no_show", "the client did not come"),
                            ],
                            max_length=40,
                        ),
                        size=None,
                        verbose_name="events",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "stopped_because",
                    models.CharField(blank=True, max_length=200, verbose_name="stopped by itself because"),
                ),
                ("stopped_at", models.DateTimeField(blank=True, null=True, verbose_name="stopped by itself")),
                ("failures", models.PositiveIntegerField(default=0, verbose_name="failures in a row")),
                ("failing_from", models.DateTimeField(blank=True, null=True, verbose_name="has taken nothing since")),
                ("rest_until", models.DateTimeField(blank=True, null=True, verbose_name="is left alone until")),
                (
                    "secret_changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="secret changed"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="removed")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "events__contained_by",
                                [
                                    "appointment.booked",
                                    "appointment.confirmed",
                                    "appointment.moved",
                                    "appointment.cancelled",
                                    "appointment.completed",
                                    "appointment.no_show",
                                ],
                            )
                        ),
                        name="webhook_events_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event_id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        help_text="The same for every address and every try: programs take it once.",
                        verbose_name="event",
                    ),
                ),
                ("event", models.CharField(max_length=40, verbose_name="what")),
                ("body", models.TextField(verbose_name="body")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("sending", "on its way"),
                            ("retrying", "will be tried again"),
                            ("delivered", "delivered"),
                            ("failed", "failed"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="written")),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="next try")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("lease", models.UUIDField(blank=True, editable=False, null=True)),
                ("lease_until", models.DateTimeField(blank=True, editable=False, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="status")),
                ("reply", models.CharField(blank=True, max_length=300, verbose_name="answer")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "appointment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
                (
                    "resend_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="booking.webhookdelivery",
                        verbose_name="sent again from",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="booking.webhookendpoint",
                        verbose_name="webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook delivery",
                "verbose_name_plural": "webhook deliveries",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "sending", "retrying"])),
                        fields=["endpoint", "appointment", "id"],
                        name="webhook_pending",
                    ),
                    models.Index(fields=["endpoint", "-id"], name="webhook_log"),
                    models.Index(fields=["settled_at"], name="webhook_settled"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkingHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        verbose_name="weekday",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="from")),
                ("ends", models.TimeField(verbose_name="to")),
                ("over_midnight", models.BooleanField(default=False, verbose_name="over midnight")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "therapist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="booking.therapist",
                        verbose_name="therapist",
                    ),
                ),
            ],
            options={
                "verbose_name": "working hours",
                "verbose_name_plural": "working hours",
                "ordering": ["therapist", "weekday", "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from", None),
                            ("valid_until", None),
                            ("valid_until__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="hours_valid_in_order",
                        violation_error_message="“Valid until” lies before “valid from”.",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="hours_on_a_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("over_midnight", False),
                                models.Q(
                                    ("ends__gt", models.F("starts")), ("ends", datetime.time(0, 0)), _connector="OR"
                                ),
                            ),
                            models.Q(("over_midnight", True), ("ends__lte", models.F("starts"))),
                            _connector="OR",
                        ),
                        name="hours_end_after_they_begin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppointmentAddOn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="name as booked")),
                ("minutes", models.PositiveSmallIntegerField(verbose_name="minutes as booked")),
                (
                    "price",
                    clinic.country.money.PriceField(decimal_places=3, max_digits=11, verbose_name="price as booked"),
                ),
                (
                    "add_on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="booked",
                        to="booking.addon",
                        verbose_name="add-on",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="add_ons",
                        to="booking.appointment",
                        verbose_name="appointment",
                    ),
                ),
            ],
            options={
                "verbose_name": "add-on of an appointment",
                "verbose_name_plural": "add-ons of appointments",
                "ordering": ["add_on__position", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("appointment", "add_on"), name="add_on_once_an_appointment")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="receipt_number_from_one"),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("every_weeks__range", (1, 12))), name="series_weeks_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("times__range", (2, 26))), name="series_times_in_range"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["starts_at"], name="appointment_starts"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("status__in", ["offered", "requested", "confirmed", "completed"])),
                fields=["kit_blocked_until"],
                name="appointment_busy",
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["client", "starts_at"], name="appointment_of_client"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["changed_at", "id"], name="appointment_changed"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("network", ""), _negated=True), fields=["network"], name="appointment_network"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("status__in", ["offered", "requested", "confirmed", "completed"]), ("therapist__isnull", False)
                ),
                expressions=[
                    (booking.appointments.models.occupancy.IdRange("therapist_id"), "&&"),
                    (booking.appointments.models.occupancy.TimeRangeExpression("blocked_from", "blocked_until"), "&&"),
                ],
                name="never_two_for_one_therapist",
                violation_error_message="The therapist already has an appointment then.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("status__in", ["offered", "requested", "confirmed", "completed"]), ("room__isnull", False)
                ),
                expressions=[
                    (booking.appointments.models.occupancy.IdRange("room_id"), "&&"),
                    (booking.appointments.models.occupancy.TimeRangeExpression("blocked_from", "blocked_until"), "&&"),
                ],
                name="never_two_in_one_room",
                violation_error_message="The room is taken then.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("status__in", ["offered", "requested", "confirmed", "completed"]), ("kit__isnull", False)
                ),
                expressions=[
                    (booking.appointments.models.occupancy.IdRange("kit_id"), "&&"),
                    (
                        booking.appointments.models.occupancy.TimeRangeExpression("blocked_from", "kit_blocked_until"),
                        "&&",
                    ),
                ],
                name="never_two_with_one_kit",
                violation_error_message="The stone kit is in use then.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(
                    ("status__in", ["offered", "requested", "confirmed", "completed"]), ("client__isnull", False)
                ),
                expressions=[
                    (booking.appointments.models.occupancy.IdRange("client_id"), "&&"),
                    (booking.appointments.models.occupancy.TimeRangeExpression("starts_at", "ends_at"), "&&"),
                ],
                name="never_two_for_one_client",
                violation_error_message="This client already has an appointment then.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("starts_at")),
                    ("blocked_from__lte", models.F("starts_at")),
                    ("blocked_until__gte", models.F("ends_at")),
                    ("kit_blocked_until__gte", models.F("blocked_until")),
                ),
                name="appointment_times_in_order",
                violation_error_message="The end must come after the start.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=django.db.models.lookups.LessThanOrEqual(
                    django.db.models.expressions.CombinedExpression(
                        models.F("kit_blocked_until"), "-", models.F("blocked_from")
                    ),
                    datetime.timedelta(days=2),
                ),
                name="appointment_is_not_endless",
                violation_error_message="An appointment with its buffers may take two days at most.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["offered", "requested", "confirmed", "completed", "cancelled", "no-show"])
                ),
                name="appointment_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("clearance_seen_by", None), ("clearance_seen_on", None)),
                    models.Q(("clearance_seen_by__isnull", False), ("clearance_seen_on__isnull", False)),
                    _connector="OR",
                ),
                name="clearance_seen_by_someone",
                violation_error_message="Say on which day the doctor's note was seen, and by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                fields=("series", "position"), name="one_appointment_per_place_in_series"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("position", None), ("series", None)),
                    models.Q(("position__isnull", False), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="series_and_place_together",
            ),
        ),
    ]
