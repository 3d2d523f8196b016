import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Alarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=32)),
                ("cause", models.BinaryField(max_length=32, unique=True)),
                ("device", models.CharField(max_length=32)),
                ("village", models.CharField(max_length=64)),
                ("entry_hash", models.BinaryField(max_length=32, null=True)),
                ("told", models.JSONField(default=dict)),
                ("since_ms", models.BigIntegerField()),
                ("raised_ms", models.BigIntegerField()),
                ("due_ms", models.BigIntegerField()),
                ("settled_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["settled_ms", "due_ms", "id"], name="alarms_due"),
                    models.Index(fields=["rule", "due_ms", "id"], name="alarms_rule"),
                    models.Index(fields=["village", "due_ms", "id"], name="alarms_village"),
                    models.Index(fields=["device", "due_ms", "id"], name="alarms_device"),
                    models.Index(fields=["due_ms", "id"], name="alarms_all"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AlarmStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("person", models.CharField(blank=True, max_length=64)),
                ("office", models.CharField(blank=True, max_length=64)),
                ("verdict", models.CharField(blank=True, max_length=16)),
                ("words", models.CharField(blank=True, max_length=500)),
                ("made_ms", models.BigIntegerField()),
                (
                    "alarm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="alarms.alarm",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("alarm", "kind", "person", "office"), name="alarms_step_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ("acknowledged", "cleared", "escalated", "outcome"))
                        ),
                        name="alarms_step_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "outcome"),
                                ("verdict__in", ("false_alarm", "irregular")),
                                models.Q(("words", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind", "outcome"), _negated=True),
                                ("verdict", ""),
                                ("words", ""),
                            ),
                            _connector="OR",
                        ),
                        name="alarms_step_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("acknowledged", "outcome")),
                                models.Q(("person", ""), _negated=True),
                            ),
                            models.Q(("kind__in", ("cleared", "escalated")), ("person", "")),
                            _connector="OR",
                        ),
                        name="alarms_step_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("made_ms", models.BigIntegerField()),
            ],
        ),
        append_only(
            "alarms_alarm",
            (
                *("rule", "cause", "device", "village", "entry_hash", "since_ms", "raised_ms"),
                *("due_ms", "told"),
            ),
            once="settled_ms",
        ),
        append_only(
            "alarms_alarmstep",
            ("alarm_id", "kind", "person", "office", "verdict", "words", "made_ms"),
        ),
    ]
