"""What was erased when its time was over."""

from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=16)),
                ("days", models.IntegerField()),
                ("until_ms", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
                ("count", models.IntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(until_ms__lt=models.F("at_ms")),
                        name="audit_erasure_past",
                    )
                ],
            },
        ),
        append_only("audit_erasure", ("what", "days", "until_ms", "at_ms"), once="count"),
    ]
