"""A list's notice is its release's: no day is asked for when a sheet is taken in. By their marks
the keys are known again.
"""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, no_longer


class Migration(migrations.Migration):
    dependencies = [("relief", "0001_initial"), ("affairs", "0001_initial")]

    operations = [
        no_longer("relief_batch"),
        migrations.RemoveField("batch", "first_day"),
        migrations.RemoveField("batch", "days"),
        append_only(
            "relief_batch", ("kind", "person", "at_ms", "sha256", "lines"), once="withdrawn_ms"
        ),
        migrations.RemoveField("prepared", "first_day"),
        migrations.RemoveField("prepared", "days"),
        migrations.CreateModel(
            name="Handed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed",
                        to="relief.batch",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handed",
                        to="affairs.event",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["village", "batch"], name="relief_handed_list")],
            },
        ),
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("generation", models.IntegerField(unique=True)),
                ("mark", models.BinaryField(max_length=32)),
            ],
        ),
        append_only("relief_keymark", ("generation", "mark")),
        append_only("relief_handed", ("village", "batch_id", "event_id")),
    ]
