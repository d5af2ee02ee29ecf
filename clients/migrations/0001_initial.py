"""The tables of `clients`."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import clients.record.models.client

# Any part of a name, address or number is found by an index of trigrams, made of what every PostgreSQL has.
TRIGRAMS = """
CREATE OR REPLACE FUNCTION warmstone_trigrams(text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    SELECT ARRAY(SELECT substr($1, place, 3) FROM generate_series(1, length($1) - 2) AS place)
$$
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clinic", "__first__"),
    ]

    operations = [
        migrations.RunSQL(TRIGRAMS, "DROP FUNCTION IF EXISTS warmstone_trigrams(text)"),
        migrations.CreateModel(
            name="CarePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("technique", models.SlugField(blank=True, max_length=60, verbose_name="kind of massage")),
                ("appointment", models.UUIDField(blank=True, null=True, verbose_name="for appointment")),
                ("catalogue_version", models.CharField(max_length=40, verbose_name="catalogue version")),
                ("triage", models.CharField(max_length=30, verbose_name="triage")),
                (
                    "services",
                    models.JSONField(
                        default=list, help_text="Level and reasons of each, as shown.", verbose_name="kinds of massage"
                    ),
                ),
                (
                    "warnings",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="What the client was told about each.",
                        verbose_name="warning signs",
                    ),
                ),
                (
                    "provisional",
                    models.BooleanField(
                        default=False,
                        help_text="Nothing is released while a safety question is open.",
                        verbose_name="questions open",
                    ),
                ),
                (
                    "questions",
                    models.JSONField(
                        blank=True, default=list, help_text="Slug and question.", verbose_name="open questions"
                    ),
                ),
                ("one_thing", models.SlugField(blank=True, max_length=60, verbose_name="the one thing this week")),
                ("starred", models.BooleanField(default=False, verbose_name="starred by the therapist")),
                ("recommended", models.JSONField(blank=True, null=True, verbose_name="recommended massage")),
                ("alternatives", models.JSONField(blank=True, default=list, verbose_name="other massages that suit")),
                ("opening", models.JSONField(blank=True, null=True, verbose_name="opening words")),
                ("more", models.JSONField(blank=True, default=list, verbose_name="more to read")),
                (
                    "also",
                    models.JSONField(blank=True, default=list, help_text="Slugs of tips.", verbose_name="to swap in"),
                ),
                (
                    "dropped",
                    models.JSONField(
                        blank=True, default=list, help_text="Slugs of oils.", verbose_name="oils to swap in"
                    ),
                ),
                ("blend", models.JSONField(blank=True, null=True, verbose_name="strength of the blend")),
                (
                    "claims",
                    models.JSONField(
                        blank=True, default=list, help_text="What is said about the seeds.", verbose_name="claims"
                    ),
                ),
                ("doctor_note", models.TextField(blank=True, verbose_name="note to take to the doctor")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "waits for the therapist"), ("approved", "approved")],
                        default="draft",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="made")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved")),
                (
                    "approvals",
                    models.JSONField(
                        blank=True,
                        default=list,
                        editable=False,
                        help_text="When, by whom, and what was released: one for each time, so that an old session shows its own.",
                        verbose_name="as it was approved",
                    ),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
            ],
            options={
                "verbose_name": "care plan",
                "verbose_name_plural": "care plans",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="CarePlanItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("oil", "oil"), ("carrier", "carrier oil"), ("home-care", "home care")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="item")),
                ("position", models.PositiveSmallIntegerField(verbose_name="place")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("released", "for the client"),
                            ("waiting", "waits for the therapist"),
                            ("withheld", "left out"),
                            ("dropped", "dropped by the therapist"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("text", models.TextField(verbose_name="text")),
                ("dose", models.TextField(blank=True, verbose_name="how")),
                ("role", models.SlugField(blank=True, max_length=20, verbose_name="role")),
                (
                    "percent",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=4, null=True, verbose_name="percent"),
                ),
                ("session_only", models.BooleanField(default=False, verbose_name="in the session only")),
                (
                    "wait_hours",
                    models.PositiveSmallIntegerField(default=0, verbose_name="hours to wait after the session"),
                ),
                ("steps", models.JSONField(blank=True, default=list, verbose_name="steps")),
                ("picture", models.SlugField(blank=True, max_length=60, verbose_name="drawing")),
                ("picture_text", models.TextField(blank=True, verbose_name="drawing in words")),
                ("video", models.URLField(blank=True, verbose_name="video of the practice")),
                ("tags", models.JSONField(blank=True, default=list, verbose_name="dangers")),
                (
                    "because",
                    models.JSONField(
                        default=dict,
                        help_text="The client's own answers that led here, with their names.",
                        verbose_name="because",
                    ),
                ),
                ("cautions", models.JSONField(default=list, verbose_name="take care")),
                ("withheld_because", models.JSONField(default=list, verbose_name="left out because")),
                ("evidence_grade", models.CharField(max_length=20, verbose_name="evidence")),
                ("evidence_note", models.TextField(blank=True, verbose_name="about the evidence")),
                ("sources", models.JSONField(default=list, verbose_name="sources")),
                ("may_be_emailed", models.BooleanField(default=True, verbose_name="may go by e-mail")),
                ("override_reason", models.TextField(blank=True, verbose_name="why the therapist overrode")),
                ("added", models.BooleanField(default=False, verbose_name="added by the therapist")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="clients.careplan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a care plan",
                "verbose_name_plural": "items of a care plan",
                "ordering": ["kind", "position"],
                "constraints": [models.UniqueConstraint(fields=("plan", "kind", "slug"), name="plan_item_once")],
            },
        ),
        migrations.CreateModel(
            name="CatalogueEdit",
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
                        choices=[
                            ("oils", "oil"),
                            ("home_care", "home-care tip"),
                            ("aftercare", "text of a mail"),
                            ("techniques", "technique"),
                            ("addons", "add-on"),
                            ("recommendations", "recommended massage"),
                            ("conditions", "condition"),
                            ("red_flags", "warning sign"),
                            ("symptoms", "symptom"),
                            ("causes", "cause"),
                            ("claims", "claim"),
                            ("sources", "source"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="slug")),
                ("data", models.JSONField(help_text="As the shipped file writes it.", verbose_name="entry")),
                ("replaced", models.CharField(blank=True, max_length=64, verbose_name="replaced")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Read by the team only.",
                        max_length=300,
                        verbose_name="why dangers were taken off",
                    ),
                ),
                ("edited_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="edited")),
                (
                    "edited_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="edited by",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of the care catalogue",
                "verbose_name_plural": "changes of the care catalogue",
                "ordering": ["kind", "id"],
                "constraints": [models.UniqueConstraint(fields=("kind", "slug"), name="catalogue_edit_once_an_entry")],
            },
        ),
        migrations.CreateModel(
            name="CatalogueSignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("oils", "oil"),
                            ("home_care", "home-care tip"),
                            ("aftercare", "text of a mail"),
                            ("techniques", "technique"),
                            ("addons", "add-on"),
                            ("recommendations", "recommended massage"),
                            ("conditions", "condition"),
                            ("red_flags", "warning sign"),
                            ("symptoms", "symptom"),
                            ("causes", "cause"),
                            ("claims", "claim"),
                            ("sources", "source"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("slug", models.SlugField(max_length=60, verbose_name="slug")),
                ("entry_hash", models.CharField(max_length=64, verbose_name="hash of the entry")),
                ("catalogue_version", models.CharField(max_length=40, verbose_name="catalogue version")),
                ("reviewer", models.CharField(max_length=120, verbose_name="reviewer")),
                ("qualification", models.CharField(max_length=160, verbose_name="qualification")),
                ("signed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="signed")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "signature of a reviewer",
                "verbose_name_plural": "signatures of reviewers",
                "ordering": ["-signed_at"],
            },
        ),
        migrations.CreateModel(
            name="Client",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("first_name", models.CharField(blank=True, max_length=80, verbose_name="first name")),
                (
                    "last_name",
                    models.CharField(
                        blank=True,
                        help_text="Who has one name only needs one of the two.",
                        max_length=80,
                        verbose_name="last name",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=32, verbose_name="phone")),
                ("name_key", models.CharField(blank=True, editable=False, max_length=320)),
                ("loose_name_key", models.CharField(blank=True, editable=False, max_length=320)),
                ("email_key", models.CharField(blank=True, editable=False, max_length=254)),
                ("counting_key", models.CharField(blank=True, editable=False, max_length=254)),
                ("phone_key", models.CharField(blank=True, editable=False, max_length=15)),
                ("search_text", models.CharField(blank=True, db_collation="C", editable=False, max_length=2000)),
                ("sort_key", models.CharField(blank=True, db_collation="C", editable=False, max_length=320)),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="born on")),
                (
                    "desk_note",
                    models.CharField(
                        blank=True,
                        help_text="Shown on each appointment. No health details, please.",
                        max_length=300,
                        verbose_name="note for the desk",
                    ),
                ),
                (
                    "alert",
                    models.TextField(
                        blank=True,
                        help_text="Allergies, “no deep pressure”: it stands out. Read by those who read health records.",
                        max_length=1000,
                        verbose_name="alert",
                    ),
                ),
                (
                    "emergency_contact",
                    models.CharField(
                        blank=True,
                        help_text="Name and number. Empty: what the newest health form says.",
                        max_length=200,
                        verbose_name="in an emergency, call",
                    ),
                ),
                (
                    "physician",
                    models.CharField(
                        blank=True,
                        help_text="Empty: what the newest health form says.",
                        max_length=200,
                        verbose_name="doctor or midwife",
                    ),
                ),
                ("reminders_wanted", models.BooleanField(default=True, verbose_name="reminders by e-mail")),
                (
                    "tips_wanted",
                    models.BooleanField(
                        default=True,
                        help_text="Aftercare for the service; no health details.",
                        verbose_name="tips by e-mail",
                    ),
                ),
                (
                    "personal_tips_wanted",
                    models.BooleanField(
                        default=False,
                        help_text="Only where the client ticked this in the consent.",
                        verbose_name="personal tips by e-mail",
                    ),
                ),
                (
                    "mailbox_is_anothers",
                    models.BooleanField(
                        db_default=False,
                        default=False,
                        help_text="Who booked for them reads it: health answers are not shown there, unless a guardian signed.",
                        verbose_name="the e-mail is somebody else’s",
                    ),
                ),
                ("email_error", models.CharField(blank=True, max_length=200, verbose_name="trouble with the address")),
                ("may_book_online", models.BooleanField(default=True, verbose_name="may book online")),
                (
                    "erasure_requested_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="The client asked on their own page. Nothing is deleted until a person decides.",
                        null=True,
                        verbose_name="asked for erasure",
                    ),
                ),
                (
                    "erased_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="From then on nobody sees the file, books with it or writes to its client.",
                        null=True,
                        verbose_name="closed for erasure",
                    ),
                ),
                (
                    "anonymised_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="The record is gone; appointments stay for the books, without the person.",
                        null=True,
                        verbose_name="made nameless",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="since"),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        help_text="A former file: all that was in it stands in this one.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="formers",
                        to="clients.client",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "not_duplicates",
                    models.ManyToManyField(
                        blank=True, editable=False, to="clients.client", verbose_name="known to be somebody else than"
                    ),
                ),
            ],
            options={
                "verbose_name": "client",
                "verbose_name_plural": "clients",
                "ordering": ["sort_key", "pk"],
                "indexes": [
                    models.Index(fields=["loose_name_key"], name="client_name_loose"),
                    models.Index(fields=["phone_key"], name="client_phone_key"),
                    models.Index(fields=["counting_key"], name="client_counted_as"),
                    models.Index(fields=["sort_key", "id"], name="client_sort_key"),
                    django.contrib.postgres.indexes.GinIndex(
                        clients.record.models.client.Trigrams("search_text"),
                        fastupdate=False,
                        name="client_search_trigrams",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email_key", ""), _negated=True),
                        fields=("email_key", "name_key"),
                        name="client_once_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name_key", ""), _negated=True), name="client_has_a_name"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), ("email_key", "")),
                            models.Q(
                                models.Q(("email", ""), _negated=True), ("email_key__regex", "^[!-?A-~]+@[a-z0-9.-]+$")
                            ),
                            _connector="OR",
                        ),
                        name="client_address_can_be_mailed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("phone", ""), ("phone_key", "")),
                            models.Q(
                                ("phone__regex", "^\\+[0-9]{2,15}(;ext=[0-9]{1,7})?$"),
                                models.Q(("phone_key", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="client_phone_is_e164",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "first_name__regex",
                                    "[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x01-\x1f\x7f]|^ | $|  ",
                                ),
                                _negated=True,
                            ),
                            models.Q(
                                (
                                    "last_name__regex",
                                    "[\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\x01-\x1f\x7f]|^ | $|  ",
                                ),
                                _negated=True,
                            ),
                        ),
                        name="client_name_is_visible",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("anonymised_at", None), ("erased_at__isnull", False), _connector="OR"),
                        name="nameless_client_is_erased",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="client_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="careplan",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="clients.client",
                verbose_name="client",
            ),
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("sealed", models.BinaryField(verbose_name="encrypted content")),
                ("appointment", models.UUIDField(blank=True, null=True, verbose_name="for appointment")),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="Empty: a doctor’s note that was asked for.",
                        max_length=120,
                        verbose_name="what it is",
                    ),
                ),
                (
                    "media_type",
                    models.CharField(
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="size in bytes")),
                (
                    "digest",
                    models.CharField(
                        editable=False,
                        help_text="To know the same file again.",
                        max_length=64,
                        verbose_name="mark of the content",
                    ),
                ),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="came")),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: by the client.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "file in the record",
                "verbose_name_plural": "files in the record",
                "ordering": ["-sent_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("client", "digest"), name="attachment_once_per_client")
                ],
            },
        ),
        migrations.CreateModel(
            name="ClientMerge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                (
                    "kept_before",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="contact of the kept file before",
                    ),
                ),
                (
                    "kept_after",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="contact of the kept file after",
                    ),
                ),
                (
                    "former_before",
                    models.JSONField(
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        verbose_name="contact of the former file",
                    ),
                ),
                (
                    "moved",
                    models.JSONField(
                        default=dict, help_text="Keys of the rows, by kind.", verbose_name="rows that moved"
                    ),
                ),
                ("moved_links", models.JSONField(default=dict, verbose_name="mailed links that moved")),
                (
                    "rescreened",
                    models.JSONField(
                        default=dict,
                        help_text="By key: safety answers and intake before, answers after.",
                        verbose_name="appointments judged again",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "former",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_as",
                        to="clients.client",
                        verbose_name="former file",
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merges",
                        to="clients.client",
                        verbose_name="kept file",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="undone by",
                    ),
                ),
            ],
            options={
                "verbose_name": "merge of two files",
                "verbose_name_plural": "merges of files",
                "ordering": ["-at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kept", models.F("former")), _negated=True), name="merge_of_two_files"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("former",), name="merged_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="text version")),
                ("text", models.TextField(verbose_name="text")),
                ("text_hash", models.CharField(editable=False, max_length=64, verbose_name="hash of the text")),
                ("treatment", models.BooleanField(default=False, verbose_name="treatment")),
                ("hot_stone", models.BooleanField(default=False, verbose_name="hot stones")),
                ("personal_tips", models.BooleanField(default=False, verbose_name="personal tips by e-mail")),
                ("statistics", models.BooleanField(default=False, verbose_name="outcome statistics without a name")),
                ("signature", models.CharField(max_length=160, verbose_name="typed name")),
                (
                    "guardian",
                    models.CharField(
                        blank=True,
                        help_text="Under 18 a parent or guardian signs for themselves.",
                        max_length=160,
                        verbose_name="guardian’s typed name",
                    ),
                ),
                ("guardian_relation", models.CharField(blank=True, max_length=80, verbose_name="who the guardian is")),
                ("guardian_agrees", models.BooleanField(default=False, verbose_name="guardian agrees")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="withdrawn")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "ordering": ["-given_at"],
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("sealed", models.BinaryField(verbose_name="encrypted content")),
                (
                    "kind",
                    models.CharField(
                        choices=[("clients", "clients"), ("appointments", "coming appointments")],
                        max_length=12,
                        verbose_name="what it holds",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("columns", "columns to be matched"),
                            ("checking", "being looked through"),
                            ("checked", "looked through, nothing taken over yet"),
                            ("running", "being taken over"),
                            ("done", "taken over"),
                            ("undoing", "being undone"),
                            ("undone", "undone"),
                        ],
                        default="columns",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("file_name", models.CharField(max_length=120, verbose_name="file")),
                ("sha256", models.CharField(db_index=True, max_length=64, verbose_name="mark of the file")),
                ("vendor", models.CharField(blank=True, max_length=20, verbose_name="looks like one of")),
                ("encoding", models.CharField(max_length=12, verbose_name="encoding")),
                ("mapping", models.JSONField(default=dict, verbose_name="how it is read")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="lines")),
                ("worked", models.PositiveIntegerField(default=0, verbose_name="lines worked on")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="brought")),
                ("taken_at", models.DateTimeField(blank=True, null=True, verbose_name="taken over")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "lease_until",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="worked on until"),
                ),
                (
                    "by",
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
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("sealed", models.BinaryField(verbose_name="encrypted content")),
                ("number", models.PositiveIntegerField(verbose_name="line of the file")),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not looked at yet"),
                            ("new", "new"),
                            ("matched", "matched"),
                            ("ask", "to ask"),
                            ("refused", "refused"),
                        ],
                        default="",
                        max_length=8,
                        verbose_name="verdict",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("candidates", models.JSONField(default=list, verbose_name="perhaps of these")),
                ("twin", models.PositiveIntegerField(blank=True, null=True, verbose_name="perhaps as in line")),
                (
                    "choice",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "not answered"),
                            ("same", "the same person"),
                            ("new", "somebody new"),
                            ("skip", "leave out"),
                        ],
                        default="",
                        max_length=4,
                        verbose_name="answer",
                    ),
                ),
                ("appointment", models.UUIDField(blank=True, db_index=True, null=True, verbose_name="appointment")),
                ("made", models.UUIDField(blank=True, null=True, verbose_name="made by this line")),
                ("opened", models.UUIDField(blank=True, null=True, verbose_name="file opened by this line")),
                ("made_version", models.PositiveIntegerField(blank=True, null=True, verbose_name="version as made")),
                ("filled", models.JSONField(default=list, verbose_name="filled in")),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="taken over")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="undone")),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="import_lines",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="clients.importrun",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of an import",
                "verbose_name_plural": "lines of imports",
                "ordering": ["run", "number"],
                "indexes": [models.Index(fields=["run", "verdict"], name="import_line_verdict")],
                "constraints": [models.UniqueConstraint(fields=("run", "number"), name="import_line_once")],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("catalogue_version", models.CharField(max_length=40, verbose_name="catalogue version")),
                ("technique", models.SlugField(blank=True, max_length=60, verbose_name="kind of massage")),
                (
                    "symptoms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="symptoms",
                    ),
                ),
                (
                    "onset",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="since when",
                    ),
                ),
                (
                    "causes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="causes",
                    ),
                ),
                (
                    "aggravating",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="makes it worse",
                    ),
                ),
                (
                    "relieving",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="makes it better",
                    ),
                ),
                (
                    "conditions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="conditions",
                    ),
                ),
                (
                    "where",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The places of a condition: its slug, and slugs of areas.",
                        verbose_name="where",
                    ),
                ),
                (
                    "red_flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs",
                    ),
                ),
                (
                    "denied",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs asked and denied",
                    ),
                ),
                (
                    "checked",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Its slug, and the date.",
                        verbose_name="warning signs that a doctor looked at",
                    ),
                ),
                (
                    "age",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="In years, on that day.", null=True, verbose_name="age"
                    ),
                ),
                ("weeks", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="weeks of pregnancy")),
                (
                    "pain",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(10)],
                        verbose_name="pain now, 0 to 10",
                    ),
                ),
                ("emergency_contact", models.CharField(blank=True, max_length=200, verbose_name="emergency contact")),
                ("physician", models.CharField(blank=True, max_length=200, verbose_name="doctor or midwife")),
                ("occupation", models.SlugField(blank=True, max_length=20, verbose_name="work")),
                (
                    "focus",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="where to work most",
                    ),
                ),
                (
                    "other_care",
                    models.TextField(blank=True, max_length=4000, verbose_name="other care, diagnoses, scans"),
                ),
                ("massage_before", models.SlugField(blank=True, max_length=20, verbose_name="massage before")),
                (
                    "positions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="can lie on",
                    ),
                ),
                (
                    "aids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="lenses and aids",
                    ),
                ),
                (
                    "communication",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="how to communicate",
                    ),
                ),
                (
                    "room",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="therapist, music, talk, warmth",
                    ),
                ),
                ("medicines", models.TextField(blank=True, max_length=4000, verbose_name="medicines")),
                ("allergies", models.TextField(blank=True, max_length=4000, verbose_name="allergies")),
                ("surgery", models.TextField(blank=True, max_length=4000, verbose_name="operations and injuries")),
                ("goals", models.TextField(blank=True, max_length=4000, verbose_name="what should be better")),
                (
                    "pressure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("light", "light"),
                            ("medium-light", "medium-light"),
                            ("medium", "medium"),
                            ("medium-firm", "medium-firm"),
                            ("firm", "firm"),
                        ],
                        max_length=20,
                        verbose_name="pressure liked",
                    ),
                ),
                ("areas_to_avoid", models.TextField(blank=True, max_length=4000, verbose_name="areas to leave alone")),
                ("triage", models.CharField(max_length=30, verbose_name="triage")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="clients.consent",
                        verbose_name="consent",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="Who of the team entered the answers with the client.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="entered by",
                    ),
                ),
            ],
            options={
                "verbose_name": "intake",
                "verbose_name_plural": "intakes",
                "ordering": ["-given_at"],
                "indexes": [models.Index(fields=["client", "-given_at"], name="intake_latest")],
            },
        ),
        migrations.AddField(
            model_name="careplan",
            name="intake",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="plans",
                to="clients.intake",
                verbose_name="intake",
            ),
        ),
        migrations.CreateModel(
            name="BodyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area", models.SlugField(max_length=60, verbose_name="area")),
                (
                    "side",
                    models.CharField(
                        choices=[("left", "left"), ("right", "right"), ("both", "both sides"), ("centre", "centre")],
                        max_length=10,
                        verbose_name="side",
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="marks",
                        to="clients.intake",
                        verbose_name="intake",
                    ),
                ),
            ],
            options={
                "verbose_name": "body mark",
                "verbose_name_plural": "body marks",
                "constraints": [models.UniqueConstraint(fields=("intake", "area", "side"), name="mark_once")],
            },
        ),
        migrations.CreateModel(
            name="IntakeAcknowledgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="seen")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acknowledgement",
                        to="clients.intake",
                        verbose_name="intake",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer seen",
                "verbose_name_plural": "answers seen",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="IntakeRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("technique", models.SlugField(max_length=60, verbose_name="kind of massage")),
                (
                    "short",
                    models.BooleanField(
                        default=False,
                        help_text="Only safety, consent and where it hurts; no goals, no pain scores.",
                        verbose_name="short",
                    ),
                ),
                ("appointment", models.UUIDField(blank=True, null=True, unique=True, verbose_name="for appointment")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="answers so far")),
                (
                    "by_mail",
                    models.BooleanField(
                        default=False,
                        help_text="Begun from the client's mail or at the practice. Links shown on a page no longer open it.",
                        verbose_name="answered from the mail",
                    ),
                ),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="asked")),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="last saved")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intake_requests",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "intake",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="clients.intake",
                        verbose_name="intake",
                    ),
                ),
            ],
            options={
                "verbose_name": "intake request",
                "verbose_name_plural": "intake requests",
                "ordering": ["-requested_at"],
            },
        ),
        migrations.CreateModel(
            name="IntakeRetraction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="taken back")),
                (
                    "red_flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs taken back",
                    ),
                ),
                (
                    "intake",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retraction",
                        to="clients.intake",
                        verbose_name="intake",
                    ),
                ),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replaces",
                        to="clients.intake",
                        verbose_name="answered again with",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retractions",
                        to="clients.intakerequest",
                        verbose_name="intake request",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer taken back",
                "verbose_name_plural": "answers taken back",
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="PainScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("appointment", models.UUIDField(blank=True, null=True, verbose_name="of appointment")),
                ("measure", models.SlugField(default="nrs-0-10", max_length=20, verbose_name="measure")),
                ("complaint", models.SlugField(blank=True, max_length=60, verbose_name="complaint")),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("now", "now"),
                            ("average", "average of the past week"),
                            ("worst", "worst of the past week"),
                            ("before", "before the session"),
                            ("after", "after the session"),
                            ("later", "a day and a half later"),
                        ],
                        max_length=10,
                        verbose_name="when",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        decimal_places=1,
                        max_digits=3,
                        validators=[django.core.validators.MaxValueValidator(10)],
                        verbose_name="value",
                    ),
                ),
                (
                    "partial",
                    models.BooleanField(
                        default=False, help_text="A question of the measure was left open.", verbose_name="partial"
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                (
                    "needs_call",
                    models.BooleanField(
                        default=False,
                        help_text="Strong, or clearly worse than before the session.",
                        verbose_name="asks for a call",
                    ),
                ),
                ("acknowledged_at", models.DateTimeField(blank=True, null=True, verbose_name="seen")),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pain_scores",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="clients.intake",
                        verbose_name="intake",
                    ),
                ),
            ],
            options={
                "verbose_name": "pain score",
                "verbose_name_plural": "pain scores",
                "ordering": ["-given_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("acknowledged_by", None), ("needs_call", True)),
                        fields=["given_at"],
                        name="pain_to_call_about",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0), ("value__lte", 10)), name="pain_from_0_to_10"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("appointment__isnull", False)),
                        fields=("appointment", "measure", "complaint", "moment"),
                        name="pain_once_per_appointment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Screening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="id")),
                ("technique", models.SlugField(max_length=60, verbose_name="kind of massage")),
                (
                    "conditions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="conditions",
                    ),
                ),
                (
                    "red_flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs",
                    ),
                ),
                (
                    "where",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="The places of a condition: its slug, and slugs of areas.",
                        verbose_name="where",
                    ),
                ),
                (
                    "denied",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs asked and denied",
                    ),
                ),
                (
                    "checked",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        help_text="Its slug, and the date.",
                        verbose_name="warning signs that a doctor looked at",
                    ),
                ),
                ("weeks", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="weeks of pregnancy")),
                ("with_pain", models.BooleanField(default=False, verbose_name="comes with pain or an injury")),
                (
                    "retracted",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        help_text="Answers changed while booking, in the half hour before.",
                        size=None,
                        verbose_name="ticked first, then taken back",
                    ),
                ),
                ("triage", models.CharField(max_length=30, verbose_name="triage")),
                ("level", models.CharField(max_length=30, verbose_name="level")),
                ("catalogue_version", models.CharField(max_length=40, verbose_name="catalogue version")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="screenings",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "screening",
                "verbose_name_plural": "screenings",
                "ordering": ["-given_at"],
            },
        ),
        migrations.CreateModel(
            name="TipAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("did", models.BooleanField(verbose_name="did it")),
                ("helped", models.BooleanField(blank=True, null=True, verbose_name="helped")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="in their words")),
                ("on", models.DateField(verbose_name="day")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tip_answers",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="clients.careplanitem",
                        verbose_name="tip",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a tip",
                "verbose_name_plural": "answers to tips",
                "ordering": ["-on", "-given_at"],
                "constraints": [models.UniqueConstraint(fields=("item", "on"), name="tip_answer_once_a_day")],
            },
        ),
    ]
