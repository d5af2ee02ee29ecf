"""The tables of `clinic`."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clinic.colours.judging
import clinic.country.codes
import clinic.mail.kinds
import clinic.models.practice
import clinic.programs.models
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
            name="DeliveryStatus",
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
                "verbose_name": "mail delivery",
                "verbose_name_plural": "mail delivery",
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
            name="LegalText",
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
                        choices=[("privacy", "Privacy notice"), ("imprint", "Imprint")],
                        max_length=10,
                        unique=True,
                        verbose_name="page",
                    ),
                ),
                ("text", models.TextField(max_length=40000, verbose_name="text")),
                ("based_on", models.TextField(blank=True, editable=False, verbose_name="what it began with")),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="changed"),
                ),
            ],
            options={
                "verbose_name": "legal text",
                "verbose_name_plural": "legal texts",
                "ordering": ["kind"],
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
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_any_case",
                        violation_error_message="This e-mail is already in use.",
                    )
                ],
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
            name="ApiKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "name",
                    models.CharField(
                        help_text="The program that uses it, such as “Website”.", max_length=80, verbose_name="name"
                    ),
                ),
                ("prefix", models.CharField(db_index=True, max_length=12, verbose_name="begins with")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="hash")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("appointments:read", "read appointments"),
                                ("appointments:write", "book, move, cancel and close appointments"),
                                ("clients:read", "read names, addresses and phone numbers of clients"),
                                ("clients:write", "add clients, correct their names and phone numbers"),
                            ],
                            max_length=30,
                        ),
                        size=None,
                        verbose_name="may",
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50, validators=[clinic.programs.models.must_be_network]),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="only from these networks",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("expires_at", models.DateTimeField(blank=True, null=True, verbose_name="expires")),
                ("last_used_at", models.DateTimeField(blank=True, null=True, verbose_name="last used, to the hour")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                (
                    "actor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_key",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="stands in histories as",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="revoked by",
                    ),
                ),
            ],
            options={
                "verbose_name": "API key",
                "verbose_name_plural": "API keys",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "scopes__contained_by",
                                ["appointments:read", "appointments:write", "clients:read", "clients:write"],
                            ),
                            models.Q(("scopes", []), _negated=True),
                        ),
                        name="api_key_scopes_known",
                    )
                ],
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
                            ("invitation", "one invitation to the team"),
                            ("handover", "one form at the practice, by a code to scan"),
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
                "constraints": [models.UniqueConstraint(fields=("device", "user"), name="device_of_user")],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "subject",
                    models.UUIDField(db_index=True, help_text="The public id of the form.", verbose_name="opens"),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("tablet", "on this device"), ("code", "by a code to scan")],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                (
                    "shows_record",
                    models.BooleanField(
                        default=False,
                        help_text="Handed over by somebody who reads health records.",
                        verbose_name="shows what is on file",
                    ),
                ),
                (
                    "digest",
                    models.CharField(
                        blank=True, db_index=True, editable=False, max_length=64, verbose_name="hash of its cookie"
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="handed over")),
                ("expires_at", models.DateTimeField(verbose_name="may be filled until")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="code used")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                ("signed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="that sign-in began")),
                ("on_own_device", models.BooleanField(default=False, verbose_name="on a device of the practice")),
                (
                    "back_to",
                    models.CharField(
                        blank=True, help_text="A page of the desk.", max_length=200, verbose_name="leads back to"
                    ),
                ),
                ("failed_pins", models.PositiveSmallIntegerField(default=0, verbose_name="wrong PINs")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handed over by",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clinic.device",
                        verbose_name="device",
                    ),
                ),
                (
                    "suspended",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="sign-in that waits",
                    ),
                ),
            ],
            options={
                "verbose_name": "form handed over",
                "verbose_name_plural": "forms handed over",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "owner"), ("therapist", "therapist"), ("front-desk", "front desk")],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                (
                    "therapist",
                    models.UUIDField(
                        blank=True,
                        help_text="The public id of who will sign in with it.",
                        null=True,
                        verbose_name="as therapist",
                    ),
                ),
                ("invited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="invited")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepted as",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-invited_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "therapist", "front-desk"])),
                        name="invitation_role_known",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("accepted_at", None), ("withdrawn_at", None)),
                        name="one_invitation_at_a_time",
                        violation_error_message="This person is invited already.",
                    ),
                ],
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
            name="LegalDetails",
            fields=[
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("id", models.SmallAutoField(default=1, primary_key=True, serialize=False)),
                (
                    "operator",
                    models.CharField(
                        blank=True,
                        help_text="The full name of whoever runs the practice.",
                        max_length=160,
                        verbose_name="owner or company",
                    ),
                ),
                (
                    "legal_form",
                    models.CharField(
                        blank=True,
                        help_text="For example GmbH, Ltd or LLC. Empty: you work in your own name.",
                        max_length=80,
                        verbose_name="legal form",
                    ),
                ),
                ("represented_by", models.CharField(blank=True, max_length=160, verbose_name="represented by")),
                (
                    "register",
                    models.CharField(
                        blank=True, help_text="For example Amtsgericht Berlin.", max_length=120, verbose_name="register"
                    ),
                ),
                ("register_number", models.CharField(blank=True, max_length=60, verbose_name="number in the register")),
                (
                    "vat_id",
                    models.CharField(
                        blank=True,
                        help_text="VAT id, UID, ABN: if you have one.",
                        max_length=40,
                        verbose_name="VAT or business number",
                    ),
                ),
                (
                    "profession",
                    models.CharField(
                        blank=True,
                        help_text="Only a title that the law protects, and where it was granted.",
                        max_length=120,
                        verbose_name="professional title",
                    ),
                ),
                ("chamber", models.CharField(blank=True, max_length=160, verbose_name="professional body")),
                (
                    "profession_rules",
                    models.CharField(
                        blank=True,
                        help_text="What they are called, and where to read them.",
                        max_length=240,
                        verbose_name="rules of the profession",
                    ),
                ),
                ("trade_authority", models.CharField(blank=True, max_length=200, verbose_name="supervisory authority")),
                (
                    "data_contact",
                    models.CharField(
                        blank=True,
                        help_text="Name and mailbox of whoever answers, or of your data protection officer. Empty: the practice.",
                        max_length=200,
                        verbose_name="contact for data protection",
                    ),
                ),
                (
                    "data_authority",
                    models.CharField(
                        blank=True,
                        help_text="Where clients may complain. Empty: your country’s, where there is one for all.",
                        max_length=200,
                        verbose_name="data protection authority",
                    ),
                ),
                (
                    "processors",
                    models.TextField(
                        blank=True,
                        help_text="One a line: who runs your server, your mail, your books, and in which country.",
                        max_length=2000,
                        verbose_name="who else handles data for you",
                    ),
                ),
                (
                    "covered_entity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not said yet"),
                            ("yes", "yes, we are a covered entity"),
                            ("no", "no, we are not"),
                        ],
                        default="",
                        max_length=3,
                        verbose_name="does HIPAA bind you",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal details",
                "verbose_name_plural": "legal details",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="legal_details_are_one_row")
                ],
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
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending", "retrying"])),
                        fields=["next_try_at"],
                        name="mail_due",
                    ),
                    models.Index(fields=["to_email", "-created_at"], name="mail_of_address"),
                    models.Index(
                        condition=models.Q(("state__in", ["failed", "uncertain"])),
                        fields=["settled_at"],
                        name="mail_ended_badly",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("dedupe_key", ""), _negated=True),
                        fields=("dedupe_key",),
                        name="mail_dedupe_key_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("logo", "logo"), ("wide", "wide photo"), ("portrait", "portrait")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "subject",
                    models.UUIDField(
                        blank=True, help_text="The public id of whom a portrait shows.", null=True, verbose_name="of"
                    ),
                ),
                ("in_use", models.BooleanField(default=True, verbose_name="shown")),
                (
                    "alternative_text",
                    models.CharField(
                        blank=True,
                        help_text="A few words for people who cannot see it.",
                        max_length=160,
                        verbose_name="what it shows",
                    ),
                ),
                (
                    "digest",
                    models.CharField(editable=False, max_length=24, unique=True, verbose_name="mark of the content"),
                ),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="came"),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["kind", "subject", "-in_use"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("in_use", True)),
                        fields=("kind", "subject"),
                        name="picture_once_a_place",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "portrait"), ("subject__isnull", False)),
                            models.Q(models.Q(("kind", "portrait"), _negated=True), ("subject", None)),
                            _connector="OR",
                        ),
                        name="picture_of_somebody_is_a_portrait",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PictureFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=48, unique=True, verbose_name="name")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("page", "on a page"),
                            ("fallback", "where a browser knows no WebP, and for other sites"),
                            ("icon", "sign of the site in a browser"),
                        ],
                        max_length=10,
                        verbose_name="for",
                    ),
                ),
                ("media_type", models.CharField(max_length=20, verbose_name="media type")),
                ("width", models.PositiveSmallIntegerField(verbose_name="width")),
                ("height", models.PositiveSmallIntegerField(verbose_name="height")),
                ("image_bytes", models.BinaryField(verbose_name="content")),
                (
                    "picture",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="clinic.picture",
                        verbose_name="picture",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a picture",
                "verbose_name_plural": "files of pictures",
                "ordering": ["picture", "role", "width"],
            },
        ),
        migrations.CreateModel(
            name="Pin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(editable=False, max_length=200, verbose_name="hash")),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="set")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pin",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose",
                    ),
                ),
            ],
            options={
                "verbose_name": "PIN",
                "verbose_name_plural": "PINs",
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
                (
                    "directions",
                    models.TextField(
                        blank=True,
                        help_text="Door, stairs, parking, the nearest stop, what is hard to find.",
                        verbose_name="how to find us",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Europe/Berlin",
                        max_length=64,
                        validators=[clinic.country.codes.check_zone],
                        verbose_name="time zone",
                    ),
                ),
                (
                    "country",
                    models.CharField(
                        default="DE",
                        help_text="Two letters. Decides the emergency number, how times look, and which oils are off by law.",
                        max_length=2,
                        validators=[clinic.country.codes.check_country],
                        verbose_name="country",
                    ),
                ),
                (
                    "locale",
                    models.CharField(
                        blank=True,
                        help_text="Empty: as your country writes them. Else for example en-US or en-GB.",
                        max_length=5,
                        validators=[clinic.country.codes.check_locale],
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
                            clinic.country.codes.check_currency,
                        ],
                        verbose_name="currency",
                    ),
                ),
                (
                    "tax_number",
                    models.CharField(
                        blank=True,
                        help_text="Stands on receipts, as the tax office writes it.",
                        max_length=40,
                        verbose_name="tax number",
                    ),
                ),
                (
                    "tax_line",
                    models.CharField(
                        blank=True,
                        help_text="Stands on receipts, for example “Kleinunternehmer, no VAT (§ 19 UStG)”. Empty: none.",
                        max_length=160,
                        verbose_name="tax line",
                    ),
                ),
                (
                    "tax_name",
                    models.CharField(
                        blank=True,
                        help_text="VAT, GST, HST: as your country calls it.",
                        max_length=20,
                        verbose_name="name of the tax",
                    ),
                ),
                (
                    "tax_rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=3,
                        help_text="Your prices include it; receipts say how much it is. Empty: receipts name none.",
                        max_digits=6,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="tax in your prices (percent)",
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
                    "tagline",
                    models.CharField(
                        blank=True,
                        help_text="Stands under your name, and where search engines list you.",
                        max_length=160,
                        validators=[clinic.models.practice.check_one_line],
                        verbose_name="one line about you",
                    ),
                ),
                (
                    "newcomer_text",
                    models.TextField(
                        blank=True,
                        default="We begin with a short talk: where it hurts, and what you would like. You undress as far as you like and lie under towels; only what is being massaged is uncovered. Say at any time if something is not right.",
                        help_text="What somebody new would like to know. Empty: this part is left out.",
                        verbose_name="a first time here",
                    ),
                ),
                (
                    "map_link",
                    models.CharField(
                        choices=[
                            ("openstreetmap", "OpenStreetMap in the browser"),
                            ("geo", "the map program of the phone"),
                            ("none", "no link"),
                        ],
                        default="openstreetmap",
                        help_text="A link beside your address. Nothing is loaded from elsewhere until somebody taps it.",
                        max_length=15,
                        verbose_name="map",
                    ),
                ),
                (
                    "latitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="With the longitude, for example 52.500342: the map then opens at your door.",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-90),
                            django.core.validators.MaxValueValidator(90),
                        ],
                        verbose_name="latitude",
                    ),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        max_digits=9,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-180),
                            django.core.validators.MaxValueValidator(180),
                        ],
                        verbose_name="longitude",
                    ),
                ),
                (
                    "accent_colour",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[clinic.colours.judging.check_colour],
                        verbose_name="colour of buttons and links",
                    ),
                ),
                (
                    "paper_colour",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[clinic.colours.judging.check_colour],
                        verbose_name="colour of the paper",
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
                ("set_up_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="set up")),
                (
                    "set_up_aside",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, default=list, editable=False, size=None
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
                            ("pin", "PIN for handed-over devices set"),
                            ("handed-over", "handed a device over to a client"),
                            ("taken-back", "took a handed-over device back"),
                            ("device", "device marked as the practice’s own"),
                            ("passkey-on", "passkey added"),
                            ("passkey-off", "passkey removed"),
                            ("joined", "joined the team by invitation"),
                            ("set-up", "set the practice up"),
                            ("key-made", "key for a program made"),
                            ("key-revoked", "key for a program revoked"),
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
    ]
