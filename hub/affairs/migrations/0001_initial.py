"""What villages publish: written once; nothing is published that not every reviewer approved."""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, refuse_insert

UNREVIEWED: Final = (
    "NOT EXISTS (SELECT 1 FROM affairs_asked WHERE edition_id = NEW.edition_id) OR EXISTS "
    "(SELECT 1 FROM affairs_asked AS a JOIN affairs_edition AS e ON e.id = a.edition_id "
    "WHERE a.edition_id = NEW.edition_id AND NOT EXISTS (SELECT 1 FROM approvals_approval AS p "
    "WHERE p.subject_id = e.subject_id AND p.step = a.office AND p.decision = 'approve')) OR "
    "EXISTS (SELECT 1 FROM approvals_approval AS p JOIN affairs_edition AS e "
    "ON e.subject_id = p.subject_id WHERE e.id = NEW.edition_id AND p.decision = 'return')"
)
UNEXAMINED: Final = (
    "NOT EXISTS (SELECT 1 FROM affairs_edition AS e JOIN approvals_subject AS b "
    "ON b.id = e.subject_id JOIN redaction_examined AS x ON x.sha256 = b.hash "
    "AND x.kind = 'release' JOIN redaction_settled AS s ON s.examined_id = x.id "
    "WHERE e.id = NEW.edition_id)"
)
OUT_OF_ORDER: Final = (
    "NOT EXISTS (SELECT 1 FROM affairs_edition AS e WHERE e.id = NEW.edition_id "
    "AND e.series = NEW.series AND e.number = NEW.number) OR (NEW.number > 1 AND NOT EXISTS "
    "(SELECT 1 FROM affairs_published AS p WHERE p.series = NEW.series "
    "AND p.number = NEW.number - 1))"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("approvals", "0004_excluded"), ("redaction", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=64)),
                ("on", models.CharField(max_length=10)),
                ("called", models.CharField(max_length=100)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                ("dropped", models.CharField(max_length=200, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["village", "item"], name="affairs_event_item")],
            },
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.BinaryField(max_length=32)),
                ("number", models.IntegerField()),
                ("village", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=64)),
                ("period", models.CharField(max_length=10)),
                ("title", models.CharField(max_length=100)),
                ("made_ms", models.BigIntegerField()),
                (
                    "subject",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="edition",
                        to="approvals.subject",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="affairs.event",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Published",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("series", models.BinaryField(max_length=32)),
                ("number", models.IntegerField()),
                ("at_ms", models.BigIntegerField()),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="published",
                        to="affairs.edition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=64)),
                ("period", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("title", models.CharField(blank=True, max_length=100)),
                ("text", models.TextField(blank=True)),
                ("columns", models.JSONField(default=list)),
                ("rows", models.JSONField(default=list)),
                ("attachments", models.JSONField(default=list)),
                ("data", models.BinaryField(null=True)),
                ("hands", models.JSONField(default=list)),
                ("person", models.CharField(max_length=64)),
                ("changed_ms", models.BigIntegerField()),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="affairs.event",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drafts",
                        to="affairs.published",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("village", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=500)),
                ("name", models.CharField(blank=True, max_length=32)),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("at_ms", models.BigIntegerField()),
                ("until_ms", models.BigIntegerField()),
                ("answer", models.CharField(blank=True, max_length=1000)),
                ("answered_by", models.CharField(blank=True, max_length=64)),
                ("answered_ms", models.BigIntegerField(null=True)),
                (
                    "published",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="affairs.published",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Why",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.CharField(max_length=300)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "edition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="why",
                        to="affairs.edition",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Asked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("office", models.CharField(max_length=64)),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked",
                        to="affairs.edition",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("edition", "office"), name="affairs_asked_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["village", "id"], name="affairs_edition_village"),
        ),
        migrations.AddIndex(
            model_name="edition",
            index=models.Index(fields=["series", "number"], name="affairs_edition_series"),
        ),
        migrations.AddIndex(
            model_name="published",
            index=models.Index(fields=["at_ms"], name="affairs_published_at"),
        ),
        migrations.AddConstraint(
            model_name="published",
            constraint=models.UniqueConstraint(
                fields=("series", "number"), name="affairs_published_once"
            ),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["village", "id"], name="affairs_draft_village"),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["village", "at_ms"], name="affairs_question_day"),
        ),
        append_only("affairs_event", ("village", "item", "on", "person", "at_ms"), once="dropped"),
        append_only(
            "affairs_edition",
            (
                *("subject_id", "series", "number", "village", "item", "period"),
                *("event_id", "title", "made_ms"),
            ),
        ),
        append_only("affairs_asked", ("edition_id", "office")),
        append_only("affairs_why", ("edition_id", "words", "person", "at_ms")),
        append_only("affairs_published", ("edition_id", "series", "number", "at_ms")),
        append_only(
            "affairs_question",
            ("code", "village", "published_id", "at_ms", "until_ms"),
            once="answered_ms",
        ),
        refuse_insert(
            "affairs_unreviewed", "affairs_published", UNREVIEWED, "not every reviewer approved"
        ),
        refuse_insert(
            "affairs_unexamined", "affairs_published", UNEXAMINED, "personal data not decided"
        ),
        refuse_insert(
            "affairs_order", "affairs_published", OUT_OF_ORDER, "editions follow each other"
        ),
    ]
