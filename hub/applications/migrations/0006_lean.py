"""Which statements of absence an application's approvals lean on. Who is away, and who says so,
approves nothing of it, in whichever order the rows come.
"""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, refuse_insert

SIGNED = (
    "EXISTS (SELECT 1 FROM duty_statementsignature s JOIN duty_statement t ON t.id = s.statement_id "
    "JOIN duty_absence d ON d.id = t.absence_id "
    "JOIN approvals_approval a ON a.person IN (d.person, d.said_by) "
    "WHERE s.id = NEW.signature_id AND a.subject_id = NEW.subject_id)"
)
LEANT = (
    "EXISTS (SELECT 1 FROM applications_lean l JOIN duty_statementsignature s "
    "ON s.id = l.signature_id JOIN duty_statement t ON t.id = s.statement_id "
    "JOIN duty_absence d ON d.id = t.absence_id "
    "WHERE l.subject_id = NEW.subject_id AND NEW.person IN (d.person, d.said_by))"
)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0005_again"),
        ("approvals", "0004_excluded"),
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
        refuse_insert("applications_lean_apart", "applications_lean", SIGNED, "has approved"),
        refuse_insert("applications_lean_away", "approvals_approval", LEANT, "is away, or says so"),
    ]
