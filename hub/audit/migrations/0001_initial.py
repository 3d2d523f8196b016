from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at_ms", models.BigIntegerField()),
                ("person", models.CharField(blank=True, max_length=64)),
                ("method", models.CharField(max_length=8)),
                ("route", models.CharField(max_length=120)),
                ("about", models.CharField(blank=True, max_length=120)),
                ("outcome", models.CharField(max_length=40, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "id"], name="audit_attempt_person"),
                    models.Index(fields=["person", "at_ms"], name="audit_attempt_person_at"),
                ],
            },
        ),
        append_only(
            "audit_attempt", ("at_ms", "person", "method", "route", "about"), once="outcome"
        ),
    ]
