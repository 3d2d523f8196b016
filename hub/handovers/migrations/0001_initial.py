import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Sheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("person", models.CharField(max_length=64)),
                ("on_ms", models.BigIntegerField()),
                ("data", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("made_by", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["village", "person", "on_ms"], name="handovers_sheet_whose"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SignedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.BinaryField(max_length=32)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="handovers.sheet",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "sha256"), name="handovers_copy_once")
                ],
            },
        ),
        append_only(
            "handovers_sheet",
            ("village", "person", "on_ms", "data", "sha256", "made_by", "made_ms"),
        ),
        append_only("handovers_signedcopy", ("sheet_id", "sha256", "person", "at_ms")),
    ]
