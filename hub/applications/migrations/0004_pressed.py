"""Who says that he was pressed to stamp."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_acts"),
        ("approvals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pressed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="approvals.subject",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["subject", "person"], name="applications_pressed_once"
                    )
                ]
            },
        ),
        append_only("applications_pressed", ("subject_id", "person", "at_ms")),
    ]
