import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("approvals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="DraftEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_hash", models.BinaryField(max_length=32, unique=True)),
                ("person", models.CharField(max_length=64)),
                ("ended_ms", models.BigIntegerField()),
                (
                    "subject",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="approvals.subject",
                    ),
                ),
            ],
        ),
    ]
