"""What people do with applications besides deciding; and which applications are still open."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0002_draftend"),
        ("approvals", "0001_initial"),
    ]

    operations = [
        migrations.AddField("filed", "settled_ms", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "filed", models.Index(fields=["village", "id"], name="applications_village")
        ),
        migrations.AddIndex(
            "filed",
            models.Index(
                fields=["not_after"],
                condition=models.Q(settled_ms=None),
                name="applications_open",
            ),
        ),
        migrations.CreateModel(
            name="Act",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("step", models.CharField(max_length=64)),
                ("person", models.CharField(max_length=64)),
                ("words", models.CharField(max_length=200)),
                ("at_ms", models.BigIntegerField()),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="approvals.subject",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["subject"],
                        condition=models.Q(kind="withdraw"),
                        name="applications_withdrawn_once",
                    ),
                    models.UniqueConstraint(
                        fields=["subject"],
                        condition=models.Q(kind="reason"),
                        name="applications_reason_once",
                    ),
                    models.UniqueConstraint(
                        fields=["subject"],
                        condition=models.Q(kind="archive"),
                        name="applications_archived_once",
                    ),
                    models.UniqueConstraint(
                        fields=["subject", "step"],
                        condition=models.Q(kind="escalate"),
                        name="applications_escalated_once",
                    ),
                ]
            },
        ),
        append_only("applications_act", ("subject_id", "kind", "step", "person", "words", "at_ms")),
    ]
