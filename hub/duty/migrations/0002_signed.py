"""Statements of absence that are signed."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")
SIGNED = ("roster", "credential", "authenticator_data", "client_data", "signature", "received_ms")


class Migration(migrations.Migration):
    dependencies = [("duty", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", ID),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("data", models.BinaryField()),
                (
                    "absence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="duty.absence",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatementSignature",
            fields=[
                ("id", ID.clone()),
                ("roster", models.BigIntegerField()),
                ("credential", models.BinaryField()),
                ("authenticator_data", models.BinaryField()),
                ("client_data", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("received_ms", models.BigIntegerField()),
                (
                    "statement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signature",
                        to="duty.statement",
                    ),
                ),
            ],
        ),
        append_only("duty_statement", ("absence_id", "sha256", "data")),
        append_only("duty_statementsignature", ("statement_id", *SIGNED)),
    ]
