import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="SentCommand",
            fields=[
                ("id", _ID),
                ("device", models.CharField(max_length=32)),
                ("number", models.BigIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("person", models.CharField(max_length=64)),
                ("asked_ms", models.BigIntegerField()),
                ("not_before", models.BigIntegerField()),
                ("not_after", models.BigIntegerField(db_index=True)),
                ("envelope", models.BinaryField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("device", "number"), name="fleet_command_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CommandAnswer",
            fields=[
                ("id", _ID),
                (
                    "command",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="fleet.sentcommand",
                    ),
                ),
                ("device", models.CharField(max_length=32)),
                ("envelope", models.BinaryField()),
                ("findings", models.BooleanField()),
                ("received_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["device", "findings"], name="fleet_answer_findings")
                ],
            },
        ),
        migrations.CreateModel(
            name="StateRequest",
            fields=[
                ("id", _ID),
                ("device", models.CharField(db_index=True, max_length=32)),
                ("wanted", models.CharField(max_length=16)),
                ("reason", models.CharField(max_length=300)),
                ("person", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("wanted__in", ("suspended", "active"))),
                        name="fleet_state_wanted",
                    )
                ],
            },
        ),
        append_only(
            "fleet_sentcommand",
            ("device", "number", "name", "person", "asked_ms", "not_before", "not_after"),
            once="envelope",
        ),
        append_only(
            "fleet_commandanswer",
            ("command_id", "device", "envelope", "findings", "received_ms"),
        ),
        append_only("fleet_staterequest", ("device", "wanted", "reason", "person", "made_ms")),
    ]
