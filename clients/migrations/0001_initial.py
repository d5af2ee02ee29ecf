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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(TRIGRAMS, "DROP FUNCTION IF EXISTS warmstone_trigrams(text)"),
        migrations.CreateModel(
            name="BodyArea",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "sides",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None, verbose_name="sides"
                    ),
                ),
                ("region", models.CharField(max_length=40, verbose_name="region")),
            ],
            options={
                "verbose_name": "body area",
                "verbose_name_plural": "body areas",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Cause",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                ("group", models.CharField(max_length=40, verbose_name="group")),
            ],
            options={
                "verbose_name": "cause",
                "verbose_name_plural": "causes",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="EvidenceSource",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("citation", models.TextField(verbose_name="citation")),
                ("url", models.CharField(max_length=300, verbose_name="address")),
                ("seen", models.BooleanField(default=False, verbose_name="read in its source")),
                ("note", models.TextField(blank=True, verbose_name="note")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Factor",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("aggravating", "makes it worse"), ("relieving", "makes it better")],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "factor",
                "verbose_name_plural": "factors",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Onset",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                ("min_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="from, days")),
                ("max_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="to, days")),
                ("stage", models.CharField(max_length=20, verbose_name="stage")),
                ("modifier", models.BooleanField(default=False, verbose_name="combines with another")),
            ],
            options={
                "verbose_name": "onset",
                "verbose_name_plural": "onsets",
                "ordering": ["position", "id"],
                "abstract": False,
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
            name="Claim",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("seed", models.CharField(max_length=40, verbose_name="article")),
                ("seed_says", models.TextField(verbose_name="the article says")),
                ("finding", models.TextField(verbose_name="what is known")),
                (
                    "avoid",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120), size=None, verbose_name="phrases to avoid"
                    ),
                ),
                ("say", models.TextField(verbose_name="what we say")),
                (
                    "refs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        help_text="Ids of items.",
                        size=None,
                        verbose_name="about",
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
            ],
            options={
                "verbose_name": "claim",
                "verbose_name_plural": "claims",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AftercareTip",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("dose", models.TextField(verbose_name="dose")),
                ("always", models.BooleanField(default=False, verbose_name="always applies")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("strong", "strong"),
                            ("moderate", "moderate"),
                            ("weak", "weak"),
                            ("traditional", "traditional"),
                            ("against", "evidence against"),
                        ],
                        max_length=20,
                        verbose_name="evidence",
                    ),
                ),
                ("evidence_note", models.TextField(verbose_name="evidence in words")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer proposed. Plans already given keep it.",
                        verbose_name="switched off",
                    ),
                ),
                (
                    "when",
                    models.CharField(
                        choices=[("before", "before"), ("after", "after"), ("warning", "warning")],
                        max_length=20,
                        verbose_name="when",
                    ),
                ),
                (
                    "send_offset_hours",
                    models.SmallIntegerField(
                        help_text="Negative: hours before the session.", verbose_name="sent, hours after"
                    ),
                ),
                ("email_ok", models.BooleanField(default=True, verbose_name="may go by e-mail")),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.bodyarea",
                        verbose_name="ranks higher with these areas",
                    ),
                ),
                (
                    "causes",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.cause", verbose_name="applies with these causes"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
                (
                    "onsets",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.onset", verbose_name="ranks higher with these onsets"
                    ),
                ),
            ],
            options={
                "verbose_name": "aftercare tip",
                "verbose_name_plural": "aftercare tips",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HealthCondition",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                ("group", models.CharField(max_length=60, verbose_name="group")),
                ("ask", models.TextField(verbose_name="question")),
                (
                    "implies",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.healthcondition", verbose_name="implies"
                    ),
                ),
            ],
            options={
                "verbose_name": "health condition",
                "verbose_name_plural": "health conditions",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="cause",
            name="implies",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.healthcondition", verbose_name="implies"
            ),
        ),
        migrations.CreateModel(
            name="AftercareRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("reason", models.TextField(help_text="The client reads it.", verbose_name="reason")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "level",
                    models.CharField(
                        choices=[("never_when", "never"), ("caution_when", "with care")],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="clients.aftercaretip"
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="clients.healthcondition",
                        verbose_name="condition",
                    ),
                ),
            ],
            options={
                "verbose_name": "health rule",
                "verbose_name_plural": "health rules",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HomeCareTip",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("dose", models.TextField(verbose_name="dose")),
                ("always", models.BooleanField(default=False, verbose_name="always applies")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("strong", "strong"),
                            ("moderate", "moderate"),
                            ("weak", "weak"),
                            ("traditional", "traditional"),
                            ("against", "evidence against"),
                        ],
                        max_length=20,
                        verbose_name="evidence",
                    ),
                ),
                ("evidence_note", models.TextField(verbose_name="evidence in words")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer proposed. Plans already given keep it.",
                        verbose_name="switched off",
                    ),
                ),
                (
                    "requires",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symptoms", "symptoms"),
                                ("causes", "causes"),
                                ("onset", "onset"),
                                ("areas", "areas"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        help_text="Each of these (symptoms, causes, onset, areas) must have a match, or it is not proposed.",
                        size=None,
                        verbose_name="must match",
                    ),
                ),
                ("off_by_default", models.BooleanField(default=False, verbose_name="ships switched off")),
                (
                    "switched_on",
                    models.BooleanField(
                        default=False, help_text="Offer it although it ships switched off.", verbose_name="switched on"
                    ),
                ),
                (
                    "off_in_regions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        help_text="EU, UK or a country code. Switching on does not lift this.",
                        size=None,
                        verbose_name="off in regions",
                    ),
                ),
                ("needs_therapist_review", models.BooleanField(default=False, verbose_name="therapist must review")),
                ("category", models.CharField(max_length=40, verbose_name="category")),
                ("not_by_email", models.BooleanField(default=False, verbose_name="never by e-mail")),
                (
                    "show_with_red_flags",
                    models.BooleanField(default=False, verbose_name="shown when a doctor comes first"),
                ),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.bodyarea",
                        verbose_name="ranks higher with these areas",
                    ),
                ),
                (
                    "causes",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.cause", verbose_name="applies with these causes"
                    ),
                ),
                (
                    "never_with_tips",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.homecaretip", verbose_name="never with this home care"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
            ],
            options={
                "verbose_name": "home-care tip",
                "verbose_name_plural": "home-care tips",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="HomeCareRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("reason", models.TextField(help_text="The client reads it.", verbose_name="reason")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "level",
                    models.CharField(
                        choices=[("never_when", "never"), ("caution_when", "with care")],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="clients.healthcondition",
                        verbose_name="condition",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="clients.homecaretip"
                    ),
                ),
            ],
            options={
                "verbose_name": "health rule",
                "verbose_name_plural": "health rules",
                "ordering": ["position", "id"],
                "abstract": False,
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
                    "red_flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="warning signs",
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
            ],
            options={
                "verbose_name": "intake",
                "verbose_name_plural": "intakes",
                "ordering": ["-given_at"],
            },
        ),
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
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="clients.intake",
                        verbose_name="intake",
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
                        related_name="seen",
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
                        help_text="Begun by whoever reads the client's mail. Links shown on a page no longer open it.",
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
                        related_name="retracted",
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
                        related_name="retracted",
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
            name="Oil",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("dose", models.TextField(verbose_name="dose")),
                ("always", models.BooleanField(default=False, verbose_name="always applies")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("strong", "strong"),
                            ("moderate", "moderate"),
                            ("weak", "weak"),
                            ("traditional", "traditional"),
                            ("against", "evidence against"),
                        ],
                        max_length=20,
                        verbose_name="evidence",
                    ),
                ),
                ("evidence_note", models.TextField(verbose_name="evidence in words")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer proposed. Plans already given keep it.",
                        verbose_name="switched off",
                    ),
                ),
                (
                    "requires",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("symptoms", "symptoms"),
                                ("causes", "causes"),
                                ("onset", "onset"),
                                ("areas", "areas"),
                            ],
                            max_length=10,
                        ),
                        blank=True,
                        default=list,
                        help_text="Each of these (symptoms, causes, onset, areas) must have a match, or it is not proposed.",
                        size=None,
                        verbose_name="must match",
                    ),
                ),
                ("off_by_default", models.BooleanField(default=False, verbose_name="ships switched off")),
                (
                    "switched_on",
                    models.BooleanField(
                        default=False, help_text="Offer it although it ships switched off.", verbose_name="switched on"
                    ),
                ),
                (
                    "off_in_regions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=10),
                        blank=True,
                        default=list,
                        help_text="EU, UK or a country code. Switching on does not lift this.",
                        size=None,
                        verbose_name="off in regions",
                    ),
                ),
                ("needs_therapist_review", models.BooleanField(default=False, verbose_name="therapist must review")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("blend", "blend"),
                            ("essential-oil", "essential oil"),
                            ("infused-oil", "infused oil"),
                            ("carrier", "carrier"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("latin", models.CharField(max_length=200, verbose_name="Latin name")),
                (
                    "max_dermal_percent",
                    models.FloatField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="published maximum, %",
                    ),
                ),
                ("max_source", models.TextField(verbose_name="source of the maximum")),
                ("max_verified", models.BooleanField(default=False, verbose_name="maximum checked")),
                (
                    "house_max_percent",
                    models.FloatField(
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="practice's maximum, %",
                    ),
                ),
                ("heat_ok", models.BooleanField(default=False, verbose_name="safe with heat")),
                ("photosensitising", models.BooleanField(default=False, verbose_name="makes skin sensitive to light")),
                ("legal_note", models.TextField(blank=True, verbose_name="legal note")),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.bodyarea",
                        verbose_name="ranks higher with these areas",
                    ),
                ),
                (
                    "causes",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.cause", verbose_name="applies with these causes"
                    ),
                ),
                (
                    "contains",
                    models.ManyToManyField(blank=True, related_name="+", to="clients.oil", verbose_name="contains"),
                ),
                (
                    "never_with_oils",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.oil", verbose_name="never with these oils"
                    ),
                ),
                (
                    "never_with_tips",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.homecaretip", verbose_name="never with this home care"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
                (
                    "onsets",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.onset", verbose_name="ranks higher with these onsets"
                    ),
                ),
            ],
            options={
                "verbose_name": "oil",
                "verbose_name_plural": "oils",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="homecaretip",
            name="never_with_oils",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.oil", verbose_name="never with these oils"
            ),
        ),
        migrations.CreateModel(
            name="CatalogueInfo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("version", models.CharField(editable=False, max_length=20, verbose_name="shipped version")),
                ("edition", models.PositiveIntegerField(default=0, editable=False, verbose_name="edition")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "default_carrier",
                    models.ForeignKey(
                        limit_choices_to={"kind": "carrier"},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.oil",
                        verbose_name="usual carrier",
                    ),
                ),
                (
                    "fallback_oil",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="clients.oil",
                        verbose_name="proposed when no oil suits",
                    ),
                ),
            ],
            options={
                "verbose_name": "care catalogue",
                "verbose_name_plural": "care catalogue",
            },
        ),
        migrations.CreateModel(
            name="OilRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("reason", models.TextField(help_text="The client reads it.", verbose_name="reason")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "level",
                    models.CharField(
                        choices=[("never_when", "never"), ("caution_when", "with care")],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="clients.healthcondition",
                        verbose_name="condition",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="clients.oil"
                    ),
                ),
            ],
            options={
                "verbose_name": "health rule",
                "verbose_name_plural": "health rules",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="homecaretip",
            name="onsets",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.onset", verbose_name="ranks higher with these onsets"
            ),
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
            },
        ),
        migrations.CreateModel(
            name="RedFlag",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("question", models.TextField(verbose_name="question")),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("emergency", "emergency: no massage, no advice"),
                            ("doctor-before-massage", "a doctor before any massage"),
                            ("caution", "caution: tell the therapist"),
                        ],
                        max_length=30,
                        verbose_name="action",
                    ),
                ),
                (
                    "urgency",
                    models.CharField(
                        choices=[
                            ("now", "now"),
                            ("same-day", "the same day"),
                            ("days", "within days"),
                            ("tell-therapist", "tell the therapist"),
                        ],
                        max_length=20,
                        verbose_name="urgency",
                    ),
                ),
                ("why", models.TextField(verbose_name="what it may mean")),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.bodyarea", verbose_name="asked with these areas"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
            ],
            options={
                "verbose_name": "warning sign",
                "verbose_name_plural": "warning signs",
                "ordering": ["position", "id"],
                "abstract": False,
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
            name="Symptom",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked. Answers already given still count.",
                        verbose_name="switched off",
                    ),
                ),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "ask_red_flags",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.redflag", verbose_name="calls for these warning signs"
                    ),
                ),
                (
                    "implies",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.healthcondition", verbose_name="implies"
                    ),
                ),
            ],
            options={
                "verbose_name": "symptom",
                "verbose_name_plural": "symptoms",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="oil",
            name="symptoms",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.symptom", verbose_name="applies with these symptoms"
            ),
        ),
        migrations.AddField(
            model_name="homecaretip",
            name="symptoms",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.symptom", verbose_name="applies with these symptoms"
            ),
        ),
        migrations.AddField(
            model_name="aftercaretip",
            name="symptoms",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.symptom", verbose_name="applies with these symptoms"
            ),
        ),
        migrations.CreateModel(
            name="Technique",
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
                    models.CharField(
                        help_text="Never changes; answers and plans name it.",
                        max_length=60,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9]+(-[a-z0-9]+)*\\Z", "Use lower-case letters, digits and single hyphens."
                            )
                        ],
                        verbose_name="id",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(db_index=True, default=0, editable=False, verbose_name="place"),
                ),
                ("shipped_hash", models.CharField(blank=True, editable=False, max_length=64)),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("text", models.TextField(help_text="What the client reads.", verbose_name="text")),
                ("dose", models.TextField(verbose_name="dose")),
                ("always", models.BooleanField(default=False, verbose_name="always applies")),
                (
                    "grade",
                    models.CharField(
                        choices=[
                            ("strong", "strong"),
                            ("moderate", "moderate"),
                            ("weak", "weak"),
                            ("traditional", "traditional"),
                            ("against", "evidence against"),
                        ],
                        max_length=20,
                        verbose_name="evidence",
                    ),
                ),
                ("evidence_note", models.TextField(verbose_name="evidence in words")),
                ("from_seed", models.BooleanField(default=False, editable=False)),
                (
                    "switched_off",
                    models.BooleanField(
                        default=False,
                        help_text="No longer proposed. Plans already given keep it.",
                        verbose_name="switched off",
                    ),
                ),
                (
                    "durations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None, verbose_name="minutes offered"
                    ),
                ),
                ("default_minutes", models.PositiveSmallIntegerField(verbose_name="usual minutes")),
                ("session_note", models.TextField(blank=True, verbose_name="note for the session")),
                (
                    "equipment_rules",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="rules for the equipment",
                    ),
                ),
                ("bath_min_c", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="stones from, °C")),
                (
                    "bath_target_c",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="stones at, °C"),
                ),
                (
                    "bath_max_c",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="stones up to, °C"),
                ),
                (
                    "reduced_heat_max_c",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="reduced heat up to, °C"),
                ),
                ("stone_note", models.TextField(blank=True, verbose_name="about the temperature")),
                (
                    "areas",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.bodyarea",
                        verbose_name="ranks higher with these areas",
                    ),
                ),
                (
                    "causes",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.cause", verbose_name="applies with these causes"
                    ),
                ),
                (
                    "contraindication_sources",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.evidencesource",
                        verbose_name="sources of the health rules",
                    ),
                ),
                (
                    "inherits",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="variants",
                        to="clients.technique",
                        verbose_name="inherits rules from",
                    ),
                ),
                (
                    "onsets",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.onset", verbose_name="ranks higher with these onsets"
                    ),
                ),
                (
                    "sources",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.evidencesource", verbose_name="sources"
                    ),
                ),
                (
                    "stone_sources",
                    models.ManyToManyField(
                        blank=True,
                        related_name="+",
                        to="clients.evidencesource",
                        verbose_name="sources of the temperature",
                    ),
                ),
                (
                    "symptoms",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="clients.symptom", verbose_name="applies with these symptoms"
                    ),
                ),
            ],
            options={
                "verbose_name": "kind of massage",
                "verbose_name_plural": "kinds of massage",
                "ordering": ["position", "id"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="oil",
            name="never_with_techniques",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.technique", verbose_name="never with these kinds of massage"
            ),
        ),
        migrations.AddField(
            model_name="homecaretip",
            name="never_with_techniques",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.technique", verbose_name="never with these kinds of massage"
            ),
        ),
        migrations.AddField(
            model_name="aftercaretip",
            name="techniques",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="clients.technique", verbose_name="kinds of massage"
            ),
        ),
        migrations.CreateModel(
            name="TechniqueRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "row_version",
                    models.PositiveIntegerField(
                        db_default=1, default=1, editable=False, verbose_name="version of the row"
                    ),
                ),
                ("reason", models.TextField(help_text="The client reads it.", verbose_name="reason")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("never_when", "never"),
                            ("clearance_when", "only with a doctor's note"),
                            ("local_avoid_when", "avoid the area"),
                            ("caution_when", "with care"),
                        ],
                        max_length=20,
                        verbose_name="level",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="clients.healthcondition",
                        verbose_name="condition",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="clients.technique"
                    ),
                ),
            ],
            options={
                "verbose_name": "health rule",
                "verbose_name_plural": "health rules",
                "ordering": ["position", "id"],
                "abstract": False,
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
                ("score", models.PositiveSmallIntegerField(default=0, verbose_name="score")),
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
                ("not_with", models.JSONField(default=list, verbose_name="not together with")),
                ("evidence_grade", models.CharField(max_length=20, verbose_name="evidence")),
                ("evidence_note", models.TextField(blank=True, verbose_name="about the evidence")),
                ("sources", models.JSONField(default=list, verbose_name="sources")),
                ("avoid_heat", models.BooleanField(default=False, verbose_name="no heat on skin treated with it")),
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
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["loose_name_key"], name="client_name_loose"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["phone_key"], name="client_phone_key"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["counting_key"], name="client_counted_as"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(fields=["sort_key", "id"], name="client_sort_key"),
        ),
        migrations.AddIndex(
            model_name="client",
            index=django.contrib.postgres.indexes.GinIndex(
                clients.record.models.client.Trigrams("search_text"), fastupdate=False, name="client_search_trigrams"
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email_key", ""), _negated=True),
                fields=("email_key", "name_key"),
                name="client_once_per_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_key", ""), _negated=True), name="client_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("email", ""), ("email_key", "")),
                    models.Q(models.Q(("email", ""), _negated=True), ("email_key__regex", "^[!-?A-~]+@[a-z0-9.-]+$")),
                    _connector="OR",
                ),
                name="client_address_can_be_mailed",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(("anonymised_at", None), ("erased_at__isnull", False), _connector="OR"),
                name="nameless_client_is_erased",
            ),
        ),
        migrations.AddConstraint(
            model_name="client",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into", None), models.Q(("merged_into", models.F("id")), _negated=True), _connector="OR"
                ),
                name="client_not_merged_into_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="clientmerge",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept", models.F("former")), _negated=True), name="merge_of_two_files"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientmerge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at", None)), fields=("former",), name="merged_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="aftercarerule",
            constraint=models.UniqueConstraint(fields=("owner", "condition"), name="aftercare_one_rule_per_condition"),
        ),
        migrations.AddConstraint(
            model_name="homecarerule",
            constraint=models.UniqueConstraint(fields=("owner", "condition"), name="home_care_one_rule_per_condition"),
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(fields=["client", "-given_at"], name="intake_latest"),
        ),
        migrations.AddConstraint(
            model_name="bodymark",
            constraint=models.UniqueConstraint(fields=("intake", "area", "side"), name="mark_once"),
        ),
        migrations.AddConstraint(
            model_name="catalogueinfo",
            constraint=models.CheckConstraint(condition=models.Q(("pk", 1)), name="catalogue_info_one_row"),
        ),
        migrations.AddConstraint(
            model_name="oilrule",
            constraint=models.UniqueConstraint(fields=("owner", "condition"), name="oil_one_rule_per_condition"),
        ),
        migrations.AddIndex(
            model_name="painscore",
            index=models.Index(
                condition=models.Q(("acknowledged_by", None), ("needs_call", True)),
                fields=["given_at"],
                name="pain_to_call_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="painscore",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__gte", 0), ("value__lte", 10)), name="pain_from_0_to_10"
            ),
        ),
        migrations.AddConstraint(
            model_name="painscore",
            constraint=models.UniqueConstraint(
                condition=models.Q(("appointment__isnull", False)),
                fields=("appointment", "measure", "complaint", "moment"),
                name="pain_once_per_appointment",
            ),
        ),
        migrations.AddConstraint(
            model_name="technique",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("bath_max_c", None),
                        ("bath_min_c", None),
                        ("bath_target_c", None),
                        ("reduced_heat_max_c", None),
                        ("stone_note", ""),
                    ),
                    models.Q(
                        ("bath_max_c__isnull", False),
                        ("bath_min_c__isnull", False),
                        ("bath_target_c__isnull", False),
                        ("reduced_heat_max_c__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="technique_stones_all_or_none",
                violation_error_message="Fill in all four stone temperatures, or none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="techniquerule",
            constraint=models.UniqueConstraint(fields=("owner", "condition"), name="technique_one_rule_per_condition"),
        ),
    ]
