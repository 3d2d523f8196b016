"""Which application takes the place of which, and the pages with their differences marked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0004_pressed"),
        ("approvals", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            "filed",
            "again",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="approvals.subject",
            ),
        ),
        migrations.CreateModel(
            name="MarkedPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old", models.BinaryField(max_length=32)),
                ("new", models.BinaryField(max_length=32)),
                ("picture", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["old", "new"], name="applications_marked_once")
                ]
            },
        ),
    ]
