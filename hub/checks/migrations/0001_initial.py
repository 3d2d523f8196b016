import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Check",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device", models.CharField(max_length=32)),
                ("village", models.CharField(max_length=64)),
                ("checker", models.CharField(max_length=64)),
                ("witness", models.CharField(max_length=64)),
                ("document", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("checker", models.F("witness")), _negated=True),
                        name="checks_two_persons",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("credential", models.BinaryField()),
                ("authenticator_data", models.BinaryField()),
                ("client_data", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("made_ms", models.BigIntegerField()),
                (
                    "check_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="checks.check",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("check_of", "person"), name="checks_signed_once"
                    )
                ],
            },
        ),
        append_only(
            "checks_check",
            ("device", "village", "checker", "witness", "document", "sha256", "made_ms"),
        ),
        append_only(
            "checks_checksignature",
            (
                "check_of_id",
                "person",
                "credential",
                "authenticator_data",
                "client_data",
                "signature",
                "made_ms",
            ),
        ),
    ]
