from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="BulkExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("token", models.CharField(blank=True, max_length=64)),
                ("village", models.CharField(blank=True, max_length=64)),
                ("since", models.CharField(blank=True, max_length=10)),
                ("until", models.CharField(blank=True, max_length=10)),
                ("begun_ms", models.BigIntegerField()),
                ("sha256", models.BinaryField(max_length=32, null=True)),
            ],
        ),
        append_only(
            "exports_bulkexport",
            ("person", "token", "village", "since", "until", "begun_ms"),
            once="sha256",
        ),
    ]
