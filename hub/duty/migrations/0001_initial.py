import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", ID),
                ("person", models.CharField(max_length=64)),
                ("first", models.CharField(max_length=10)),
                ("last", models.CharField(max_length=10)),
                ("said_by", models.CharField(max_length=64)),
                ("said_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["last", "first"], name="duty_absence_days")],
            },
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                ("id", ID.clone()),
                ("place", models.CharField(blank=True, max_length=64)),
                ("day", models.CharField(max_length=10)),
                ("person", models.CharField(max_length=64)),
                ("made_by", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["place", "day", "id"], name="duty_duty_day")],
            },
        ),
        migrations.CreateModel(
            name="Back",
            fields=[
                ("id", ID.clone()),
                ("said_by", models.CharField(max_length=64)),
                ("said_ms", models.BigIntegerField()),
                (
                    "absence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="back",
                        to="duty.absence",
                    ),
                ),
            ],
        ),
        append_only("duty_duty", ("place", "day", "person", "made_by", "made_ms")),
        append_only("duty_absence", ("person", "first", "last", "said_by", "said_ms")),
        append_only("duty_back", ("absence_id", "said_by", "said_ms")),
    ]
