"""Corrections are looked up by their kind among all that was ever put to approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("approvals", "0002_triggers")]

    operations = [
        migrations.AddIndex(
            "subject", models.Index(fields=["kind", "id"], name="approvals_subject_kind")
        ),
    ]
