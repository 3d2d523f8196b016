"""Registers of seals and resolutions: rows that nobody changes, steps that are not written twice."""

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, refuse_insert

COUNTS = ("entitled", "came", "agreed", "against", "abstained")
TWICE = (
    "NEW.reason = '' AND (EXISTS (SELECT 1 FROM registers_step WHERE step = NEW.step "
    "AND resolution_id = NEW.resolution_id) OR (NEW.step <> 'execution' AND EXISTS "
    "(SELECT 1 FROM registers_ending WHERE resolution_id = NEW.resolution_id)))"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Resolution",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("title", models.CharField(max_length=60)),
                ("matter", models.CharField(max_length=1000)),
                ("person", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["village", "id"], name="registers_resolution_place")
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.CharField(max_length=16)),
                ("meeting", models.CharField(max_length=16)),
                ("day", models.CharField(max_length=10)),
                ("entitled", models.IntegerField()),
                ("came", models.IntegerField()),
                ("agreed", models.IntegerField()),
                ("against", models.IntegerField()),
                ("abstained", models.IntegerField()),
                ("words", models.CharField(max_length=500, blank=True)),
                ("pages", models.JSONField()),
                ("reason", models.CharField(max_length=200, blank=True)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="registers.resolution",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=16)),
                ("day", models.CharField(max_length=10)),
                ("place", models.CharField(max_length=200)),
                ("pages", models.JSONField()),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "resolution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publications",
                        to="registers.resolution",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=8)),
                ("data", models.BinaryField()),
                ("sha256", models.BinaryField(max_length=32, unique=True)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "resolution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ending",
                        to="registers.resolution",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SealFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=16)),
                ("day", models.CharField(max_length=10)),
                ("data", models.JSONField()),
                ("pages", models.JSONField()),
                ("reason", models.CharField(max_length=200, blank=True)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                (
                    "corrects",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="registers.sealfact",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["village", "seal", "id"], name="registers_fact_whose")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("corrects__isnull", True), models.Q(("kind", "notice"), _negated=True)
                        ),
                        fields=("village", "seal", "kind"),
                        name="registers_fact_once",
                    )
                ],
            },
        ),
        append_only("registers_resolution", ("village", "title", "matter", "person", "made_ms")),
        append_only(
            "registers_step",
            (
                *("resolution_id", "step", "meeting", "day", *COUNTS),
                *("words", "pages", "reason", "person", "at_ms"),
            ),
        ),
        append_only(
            "registers_publication",
            ("resolution_id", "what", "day", "place", "pages", "person", "at_ms"),
        ),
        append_only(
            "registers_ending",
            ("resolution_id", "outcome", "data", "sha256", "person", "at_ms"),
        ),
        append_only(
            "registers_sealfact",
            (
                *("village", "seal", "kind", "day", "data", "pages"),
                *("corrects_id", "reason", "person", "at_ms"),
            ),
        ),
        refuse_insert(
            "registers_step_once", "registers_step", TWICE, "a step is corrected with a reason"
        ),
    ]
