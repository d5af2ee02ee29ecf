"""The tables of `clinic`."""

import datetime
import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.mail.kinds
import clinic.models.practice
import clinic.web.origins


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessLogSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_event", models.BigIntegerField(unique=True, verbose_name="up to event")),
                ("events", models.BigIntegerField(verbose_name="events so far")),
                ("digest", models.CharField(max_length=64, verbose_name="hash")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sealed")),
            ],
            options={
                "verbose_name": "seal of the access log",
                "verbose_name_plural": "seals of the access log",
                "ordering": ["-last_event"],
            },
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="job")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="last")),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        help_text="What the job found wrong; empty where all was well.",
                        max_length=200,
                        verbose_name="trouble",
                    ),
                ),
            ],
            options={
                "verbose_name": "heartbeat",
                "verbose_name_plural": "heartbeats",
            },
        ),
        migrations.CreateModel(
            name="MailChannel",
            fields=[
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        default="smtp", max_length=20, primary_key=True, serialize=False, verbose_name="name"
                    ),
                ),
                ("paused_until", models.DateTimeField(blank=True, null=True, verbose_name="paused until")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "held_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="After a restore nothing goes out until a person says so.",
                        null=True,
                        verbose_name="held since",
                    ),
                ),
                ("held_reason", models.CharField(blank=True, max_length=200, verbose_name="held because")),
                (
                    "down_since",
                    models.DateTimeField(
                        blank=True,
                        help_text="Nobody could be talked to; empty once a mail went out.",
                        null=True,
                        verbose_name="no answer since",
                    ),
                ),
                ("down_reason", models.CharField(blank=True, max_length=300, verbose_name="no answer because")),
            ],
            options={
                "verbose_name": "mail channel",
                "verbose_name_plural": "mail channels",
            },
        ),
        migrations.CreateModel(
            name="MailCode",
            fields=[
                (
                    "key",
                    models.CharField(
                        help_text="Purpose and hash of the address.",
                        max_length=100,
                        primary_key=True,
                        serialize=False,
                        verbose_name="key",
                    ),
                ),
                ("digest", models.CharField(max_length=64, verbose_name="hash of the code")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries")),
                ("until", models.DateTimeField(db_index=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "mailed code",
                "verbose_name_plural": "mailed codes",
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("key", models.CharField(max_length=80, primary_key=True, serialize=False, verbose_name="key")),
                ("count", models.PositiveIntegerField(default=0, verbose_name="count")),
                ("until", models.DateTimeField(db_index=True, verbose_name="until")),
            ],
            options={
                "verbose_name": "tally",
                "verbose_name_plural": "tallies",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "email",
                    models.EmailField(
                        error_messages={"unique": "This e-mail is already in use."},
                        max_length=254,
                        unique=True,
                        verbose_name="e-mail",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("is_staff", models.BooleanField(default=False, verbose_name="may use the admin")),
                (
                    "is_active",
                    models.BooleanField(default=True, help_text="Untick instead of deleting.", verbose_name="active"),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "ordering": ["email"],
                "permissions": (("read_health_records", "Reads health records"),),
            },
        ),
        migrations.CreateModel(
            name="AccessEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="when")),
                (
                    "actor",
                    models.CharField(help_text="staff, client by link, or system", max_length=40, verbose_name="as"),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("view", "viewed"),
                            ("list", "listed"),
                            ("export", "exported"),
                            ("change", "changed"),
                            ("erase", "erased"),
                        ],
                        max_length=10,
                        verbose_name="did",
                    ),
                ),
                (
                    "noun",
                    models.CharField(
                        help_text="The kind of record, never its content.", max_length=40, verbose_name="what"
                    ),
                ),
                ("client", models.UUIDField(blank=True, db_index=True, null=True, verbose_name="of client")),
                (
                    "user",
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
                "verbose_name": "access event",
                "verbose_name_plural": "access log",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="ClientLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("appointment", "one appointment"),
                            ("intake", "one intake"),
                            ("care", "one care plan"),
                            ("pain", "one question about pain"),
                            ("stop", "stop mails of a kind"),
                            ("waitlist", "one place on the waitlist"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                ("subject", models.UUIDField(help_text="The public id of what it opens.", verbose_name="opens")),
                (
                    "client",
                    models.UUIDField(
                        blank=True,
                        help_text="For whom it was made, where the subject does not tell.",
                        null=True,
                        verbose_name="of client",
                    ),
                ),
                (
                    "by_mail",
                    models.BooleanField(
                        default=False,
                        help_text="Went to the address on file; a link shown on a page may be in a stranger's hands.",
                        verbose_name="sent by mail",
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                (
                    "derived",
                    models.BooleanField(
                        default=False,
                        help_text="Its token can be worked out by whoever knows the key, so it ends with the key.",
                        verbose_name="made from the secret key",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
            ],
            options={
                "verbose_name": "client link",
                "verbose_name_plural": "client links",
                "indexes": [models.Index(fields=["purpose", "subject"], name="link_of_subject")],
            },
        ),
        migrations.CreateModel(
            name="ConfigurationVersion",
            fields=[
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                ("token", models.UUIDField(default=uuid.uuid4, verbose_name="token")),
            ],
            options={
                "verbose_name": "version of the configuration",
                "verbose_name_plural": "versions of the configuration",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="configuration_version_is_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(editable=False, max_length=64, unique=True, verbose_name="hash of its cookie"),
                ),
                (
                    "described",
                    models.CharField(
                        blank=True, help_text="As it calls itself.", max_length=80, verbose_name="browser"
                    ),
                ),
                (
                    "is_practice_device",
                    models.BooleanField(
                        default=False,
                        help_text="Stays signed in longer, and is unlocked by the password or a code alone.",
                        verbose_name="the practice’s own",
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="first seen")),
                (
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="marked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "device",
                "verbose_name_plural": "devices",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="DeviceUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField(default=django.utils.timezone.now, verbose_name="since")),
                (
                    "signed_in_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="signed in"),
                ),
                ("signed_out_at", models.DateTimeField(blank=True, null=True, verbose_name="signed out by hand")),
                ("failed_unlocks", models.PositiveSmallIntegerField(default=0, verbose_name="wrong tries to unlock")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="clinic.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="devices",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in of a device",
                "verbose_name_plural": "sign-ins of devices",
                "ordering": ["-signed_in_at"],
            },
        ),
        migrations.CreateModel(
            name="KeptPost",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "sealed",
                    models.TextField(editable=False, help_text="Address and fields, encrypted.", verbose_name="sealed"),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="sent")),
                ("until", models.DateTimeField(db_index=True, verbose_name="kept until")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept",
                        to="clinic.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose",
                    ),
                ),
            ],
            options={
                "verbose_name": "kept form",
                "verbose_name_plural": "kept forms",
                "ordering": ["made_at"],
            },
        ),
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("kind", models.CharField(choices=clinic.mail.kinds.choices, max_length=20, verbose_name="kind")),
                ("to_email", models.EmailField(max_length=254, verbose_name="to")),
                ("to_name", models.CharField(blank=True, max_length=160, verbose_name="name")),
                ("subject", models.CharField(max_length=200, verbose_name="subject")),
                ("text", models.TextField(verbose_name="text")),
                ("html", models.TextField(blank=True, verbose_name="HTML")),
                ("calendar", models.TextField(blank=True, verbose_name="calendar file")),
                ("calendar_method", models.CharField(blank=True, max_length=10, verbose_name="calendar method")),
                ("headers", models.JSONField(blank=True, default=dict, verbose_name="further headers")),
                ("message_id", models.CharField(max_length=200, unique=True, verbose_name="Message-ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "waiting to be sent"),
                            ("sending", "being sent"),
                            ("retrying", "will be tried again"),
                            ("sent", "sent"),
                            ("failed", "failed"),
                            ("withdrawn", "withdrawn before sending"),
                            ("uncertain", "perhaps sent"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="written")),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="next try")),
                ("not_after", models.DateTimeField(blank=True, null=True, verbose_name="useless after")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("lease", models.UUIDField(blank=True, editable=False, null=True, verbose_name="lease")),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="lease until"),
                ),
                (
                    "phase",
                    models.CharField(
                        blank=True,
                        choices=[("claimed", "claimed"), ("data", "body handed over")],
                        editable=False,
                        max_length=10,
                        verbose_name="phase",
                    ),
                ),
                (
                    "maybe_duplicate",
                    models.BooleanField(default=False, editable=False, verbose_name="a second copy may exist"),
                ),
                ("reply", models.CharField(blank=True, max_length=300, verbose_name="what the server said")),
                (
                    "address_refused",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="refused address, still to be noted"
                    ),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="When it came to its last state, whatever that is.",
                        null=True,
                        verbose_name="ended",
                    ),
                ),
                (
                    "acknowledged_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="dealt with"),
                ),
                (
                    "dedupe_key",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Only one mail has this key.",
                        max_length=80,
                        verbose_name="written once",
                    ),
                ),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="dealt with by",
                    ),
                ),
                (
                    "resend_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="resends",
                        to="clinic.outgoingmail",
                        verbose_name="sent again from",
                    ),
                ),
            ],
            options={
                "verbose_name": "outgoing mail",
                "verbose_name_plural": "outgoing mail",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Practice",
            fields=[
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("id", models.SmallAutoField(primary_key=True, serialize=False)),
                (
                    "name",
                    models.CharField(
                        default="Warmstone Massage",
                        help_text="Your mails come from this name.",
                        max_length=120,
                        validators=[clinic.models.practice.check_one_line],
                        verbose_name="name",
                    ),
                ),
                ("street", models.CharField(blank=True, max_length=160, verbose_name="street")),
                ("city", models.CharField(blank=True, max_length=120, verbose_name="post code and city")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("directions", models.TextField(blank=True, verbose_name="how to find us")),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Berlin",
                        max_length=64,
                        validators=[clinic.models.practice.check_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        default="DE",
                        help_text="Two letters. Decides the emergency number, how times look, and which oils are off by law.",
                        max_length=2,
                        validators=[clinic.models.practice.check_country],
                        verbose_name="country",
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        blank=True,
                        help_text="Empty: as your country writes them. Else for example en-US or en-GB.",
                        max_length=5,
                        validators=[clinic.models.practice.check_locale],
                        verbose_name="times and dates as in",
                    ),
                ),
                (
                    "own_emergency_number",
                    models.CharField(
                        blank=True,
                        help_text="Empty: your country’s, where we know it. Clients are told to call it in an emergency.",
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[0-9][0-9 ]*\\Z", "Digits only, as people dial them."
                            )
                        ],
                        verbose_name="emergency number",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="EUR",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z]{3}$", "Three letters, for example EUR."),
                            clinic.models.practice.check_currency,
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "slot_step_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
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
                        default=120,
                        help_text="The soonest a client may book, counted from now.",
                        verbose_name="notice (minutes)",
                    ),
                ),
                (
                    "horizon_days",
                    models.PositiveSmallIntegerField(
                        default=90,
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
                        default=24,
                        validators=[django.core.validators.MaxValueValidator(720)],
                        verbose_name="free move or cancel until (hours before)",
                    ),
                ),
                (
                    "moves_per_appointment",
                    models.PositiveSmallIntegerField(default=3, verbose_name="moves by the client per appointment"),
                ),
                (
                    "appointments_ahead",
                    models.PositiveSmallIntegerField(
                        default=12,
                        help_text="Counted with what was booked today, cancelled or not. The desk may book more. 0: no limit.",
                        verbose_name="appointments ahead that one address may book online",
                    ),
                ),
                (
                    "bookings_per_network",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Online and without signing in. A household or a hotel is one network. 0: no limit.",
                        verbose_name="bookings a day from one network",
                    ),
                ),
                (
                    "confirms_address",
                    models.BooleanField(
                        default=False,
                        help_text="Who books online types a code from the mail before the time is theirs.",
                        verbose_name="bookings prove their address first",
                    ),
                ),
                (
                    "waitlist_hold_minutes",
                    models.PositiveSmallIntegerField(
                        default=180,
                        help_text="Counted while mails may go out; then the next in line is asked.",
                        validators=[
                            django.core.validators.MinValueValidator(30),
                            django.core.validators.MaxValueValidator(2880),
                        ],
                        verbose_name="a time offered from the waitlist is held for (minutes)",
                    ),
                ),
                (
                    "policy_text",
                    models.TextField(
                        default="Please arrive five minutes early. You can move or cancel free of charge until 24 hours before.",
                        verbose_name="booking policy",
                    ),
                ),
                (
                    "fee_text",
                    models.TextField(
                        blank=True,
                        default="After that, half of the price is due.",
                        help_text="Stands under the policy: where it is accepted, in the confirmation, and where someone cancels.",
                        verbose_name="what a late cancellation costs",
                    ),
                ),
                (
                    "consent_text",
                    models.TextField(
                        default="I have answered the health questions honestly and will say when something changes. I understand that massage is not medical care and that nobody here diagnoses. Possible effects are soreness, bruises or a reaction of the skin. We agree on the areas and the pressure before we start, I stay covered where I am not treated, and I can stop at any time. My therapist keeps notes; I may see and correct them.",
                        verbose_name="consent text",
                    ),
                ),
                (
                    "consent_version",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="Raise it when the text changes; clients are then asked again.",
                        verbose_name="consent version",
                    ),
                ),
                ("quiet_from", models.TimeField(default=datetime.time(21, 0), verbose_name="no mails from")),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0), verbose_name="no mails until")),
                (
                    "confirmation_delay_minutes",
                    models.PositiveSmallIntegerField(
                        default=3,
                        help_text="So that a booking undone at once sends nothing.",
                        verbose_name="confirmation waits (minutes)",
                    ),
                ),
                (
                    "retention_years",
                    models.PositiveSmallIntegerField(
                        default=10,
                        help_text="After the last session, as the law of your country asks. 0: a file is erased at once when asked.",
                        validators=[django.core.validators.MaxValueValidator(30)],
                        verbose_name="records are kept for (years)",
                    ),
                ),
                ("client_word", models.CharField(default="client", max_length=30, verbose_name="word for a client")),
                (
                    "idle_minutes_own_device",
                    models.PositiveSmallIntegerField(
                        default=240,
                        help_text="Counted while nothing is done. The password or a code alone opens it again.",
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(720),
                        ],
                        verbose_name="on a device of the practice: signed out after (minutes)",
                    ),
                ),
                (
                    "idle_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="Counted while nothing is done, for the team and for clients.",
                        validators=[
                            django.core.validators.MinValueValidator(5),
                            django.core.validators.MaxValueValidator(240),
                        ],
                        verbose_name="elsewhere: signed out after (minutes)",
                    ),
                ),
                (
                    "session_hours",
                    models.PositiveSmallIntegerField(
                        default=12,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="a sign-in lasts at most (hours)",
                    ),
                ),
                (
                    "colleague_notes",
                    models.CharField(
                        choices=[
                            ("read", "every therapist may read them"),
                            ("hidden", "only who gave the session reads them"),
                        ],
                        default="read",
                        help_text="Each therapist writes and signs the notes of their own sessions. Owners read all of them.",
                        max_length=10,
                        verbose_name="session notes of colleagues",
                    ),
                ),
                (
                    "second_factor_required",
                    models.BooleanField(
                        default=True,
                        help_text="A code from an app beside the password.",
                        verbose_name="staff need a second factor",
                    ),
                ),
                (
                    "embed_origins",
                    models.TextField(
                        blank=True,
                        help_text="One per line, for example https://www.example.org. Only these may show the button in a frame.",
                        validators=[clinic.web.origins.check_origins],
                        verbose_name="web sites with a Book button",
                    ),
                ),
            ],
            options={
                "verbose_name": "practice",
                "verbose_name_plural": "practice",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="practice_is_one_row")],
            },
        ),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name="when")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed-in", "signed in"),
                            ("new-browser", "signed in with a browser for the first time"),
                            ("unlocked", "unlocked a device of the practice"),
                            ("held-up", "too many wrong tries"),
                            ("password", "password changed"),
                            ("factor-on", "second factor switched on"),
                            ("factor-off", "second factor switched off"),
                            ("codes-made", "new recovery codes"),
                            ("code-used", "recovery code used"),
                            ("address", "e-mail address changed"),
                            ("rights", "rights changed"),
                            ("device", "device marked as the practice’s own"),
                            ("no-device", "device no longer the practice’s own"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("browser", models.CharField(blank=True, max_length=80, verbose_name="browser")),
                ("network", models.CharField(blank=True, max_length=50, verbose_name="network address")),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Where it was somebody else.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose sign-in",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in event",
                "verbose_name_plural": "sign-in log",
                "ordering": ["-at"],
            },
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"),
                name="user_email_any_case",
                violation_error_message="This e-mail is already in use.",
            ),
        ),
        migrations.AddConstraint(
            model_name="deviceuser",
            constraint=models.UniqueConstraint(fields=("device", "user"), name="device_of_user"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending", "retrying"])),
                fields=["next_try_at"],
                name="mail_due",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["to_email", "-created_at"], name="mail_of_address"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("state__in", ["failed", "uncertain"])),
                fields=["settled_at"],
                name="mail_ended_badly",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingmail",
            constraint=models.UniqueConstraint(
                condition=models.Q(("dedupe_key", ""), _negated=True),
                fields=("dedupe_key",),
                name="mail_dedupe_key_once",
            ),
        ),
    ]
