"""What was examined before publication: written once, and nothing decided after it is settled."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, refuse_insert

SETTLED = (
    "EXISTS (SELECT 1 FROM redaction_trace AS t JOIN redaction_settled AS s "
    "ON s.examined_id = t.examined_id WHERE t.id = NEW.trace_id)"
)
BARE = (
    "NEW.word = 'publish' AND (NEW.reason = '' OR EXISTS (SELECT 1 FROM redaction_trace AS t "
    "WHERE t.id = NEW.trace_id AND t.what = 'id_number'))"
)
OPEN = (
    "EXISTS (SELECT 1 FROM redaction_trace AS t WHERE t.examined_id = NEW.examined_id "
    "AND NOT EXISTS (SELECT 1 FROM redaction_ruling AS r WHERE r.trace_id = t.id))"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Examined",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=32)),
                ("sha256", models.BinaryField(max_length=32)),
                ("title", models.CharField(max_length=200)),
                ("back", models.CharField(max_length=200)),
                ("at_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["village", "id"], name="redaction_village")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind", "sha256"), name="redaction_examined_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Painted",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("page", models.BinaryField(max_length=32)),
                ("made", models.BinaryField(max_length=32)),
                ("at_ms", models.BigIntegerField()),
                (
                    "examined",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="painted",
                        to="redaction.examined",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Settled",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                (
                    "examined",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled",
                        to="redaction.examined",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("what", models.CharField(max_length=16)),
                ("place", models.CharField(max_length=100)),
                ("start", models.IntegerField(default=0)),
                ("end", models.IntegerField(default=0)),
                ("page", models.BinaryField(max_length=32, null=True)),
                ("width", models.IntegerField(default=0)),
                ("height", models.IntegerField(default=0)),
                ("boxes", models.JSONField(default=list)),
                ("before", models.CharField(blank=True, max_length=40)),
                ("masked", models.CharField(blank=True, max_length=40)),
                ("after", models.CharField(blank=True, max_length=40)),
                (
                    "examined",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="traces",
                        to="redaction.examined",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("word", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "trace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rulings",
                        to="redaction.trace",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="trace",
            constraint=models.UniqueConstraint(
                fields=("examined", "number"), name="redaction_trace_once"
            ),
        ),
        append_only("redaction_examined", ("village", "kind", "sha256", "title", "back", "at_ms")),
        append_only(
            "redaction_trace",
            (
                *("examined_id", "number", "what", "place", "start", "end"),
                *("page", "width", "height", "boxes"),
            ),
        ),
        append_only("redaction_ruling", ("trace_id", "word", "reason", "person", "at_ms")),
        append_only("redaction_painted", ("examined_id", "page", "made", "at_ms")),
        append_only("redaction_settled", ("examined_id", "at_ms")),
        refuse_insert("redaction_ruling_late", "redaction_ruling", SETTLED, "it is settled"),
        refuse_insert("redaction_ruling_bare", "redaction_ruling", BARE, "not without a reason"),
        refuse_insert("redaction_settled_open", "redaction_settled", OPEN, "a finding is open"),
    ]
