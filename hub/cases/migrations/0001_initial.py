import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("alarms", "0002_no_round"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("opener", models.CharField(max_length=64)),
                ("opened_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="CaseExport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.BinaryField(max_length=32)),
                ("person", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exports",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=16)),
                ("words", models.CharField(max_length=4000)),
                ("person", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="end",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ("unfounded", "founded", "handed_over")),
                            models.Q(("words", ""), _negated=True),
                        ),
                        name="cases_end_outcome",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("entry_hash", models.BinaryField(max_length=32, null=True)),
                ("grant", models.BinaryField(max_length=32, null=True)),
                ("speaker", models.CharField(blank=True, max_length=100)),
                ("words", models.CharField(blank=True, max_length=4000)),
                ("person", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                (
                    "alarm",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to="alarms.alarm"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "record")),
                        fields=("case", "entry_hash"),
                        name="cases_record_once",
                    ),
                    models.UniqueConstraint(fields=("case", "alarm"), name="cases_alarm_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("alarm", None),
                                ("entry_hash__isnull", False),
                                ("kind", "record"),
                                ("speaker", ""),
                                ("words", ""),
                            ),
                            models.Q(
                                ("alarm__isnull", False),
                                ("kind", "alarm"),
                                ("speaker", ""),
                                ("words", ""),
                            ),
                            models.Q(
                                ("alarm", None),
                                ("entry_hash", None),
                                ("grant", None),
                                ("kind", "note"),
                                ("speaker", ""),
                                models.Q(("words", ""), _negated=True),
                            ),
                            models.Q(
                                ("alarm", None),
                                ("entry_hash", None),
                                ("grant", None),
                                ("kind", "statement"),
                                models.Q(("words", ""), _negated=True),
                                models.Q(("speaker", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="cases_item_kind",
                    ),
                ],
            },
        ),
        append_only("cases_case", ("title", "opener", "opened_ms")),
        append_only(
            "cases_caseitem",
            (
                "case_id",
                "kind",
                "entry_hash",
                "grant",
                "alarm_id",
                "speaker",
                "words",
                "person",
                "made_ms",
            ),
        ),
        append_only("cases_caseend", ("case_id", "outcome", "words", "person", "made_ms")),
        append_only("cases_caseexport", ("case_id", "sha256", "person", "made_ms")),
    ]
