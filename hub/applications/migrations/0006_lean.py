"""Which statements of absence an application's approvals lean on."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_again"),
        ("approvals", "0001_initial"),
        ("duty", "0002_signed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lean",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="duty.statementsignature",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leans",
                        to="approvals.subject",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["subject", "signature"], name="applications_lean_once"
                    )
                ]
            },
        ),
        append_only("applications_lean", ("subject_id", "signature_id")),
    ]
