from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Revocation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("value", models.CharField(max_length=2046)),
                ("revoked", models.BooleanField()),
                ("reason", models.CharField(max_length=300)),
                ("at_ms", models.BigIntegerField()),
            ],
        ),
        append_only("revocations_revocation", ("kind", "value", "revoked", "reason", "at_ms")),
    ]
