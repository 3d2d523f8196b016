from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_hash", models.BinaryField(max_length=32)),
                ("person", models.CharField(max_length=64)),
                ("verdict", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=500)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("entry_hash", "person"), name="records_review_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ("in_order", "irregular", "false_alarm"))
                        ),
                        name="records_review_verdict",
                    ),
                ],
            },
        ),
        append_only("records_review", ("entry_hash", "person", "verdict", "words", "made_ms")),
    ]
