"""Appointments: one place is given once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("village", models.CharField(max_length=64)),
                ("point", models.CharField(max_length=64)),
                ("day", models.CharField(max_length=10)),
                ("time", models.CharField(max_length=5)),
                ("place", models.IntegerField()),
                ("service", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=32)),
                ("phone", models.CharField(max_length=20)),
                ("state", models.CharField(default="booked", max_length=16)),
                ("words", models.CharField(default="", max_length=200)),
                ("created_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["day", "point"], name="services_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("booked", "came"))),
                        fields=("point", "day", "time", "place"),
                        name="services_one_place",
                    )
                ],
            },
        ),
    ]
