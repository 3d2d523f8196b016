import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only

ERASED = (
    "EXISTS (SELECT 1 FROM audit_erasure e JOIN relief_batch b ON b.id = OLD.batch_id "
    "WHERE e.what = 'relief' AND b.at_ms < e.until_ms)"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [("audit", "0002_erasure")]

    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("lines", models.IntegerField()),
                ("first_day", models.CharField(blank=True, max_length=10)),
                ("days", models.IntegerField(default=0)),
                ("withdrawn_ms", models.BigIntegerField(null=True)),
                ("withdrawn_by", models.CharField(blank=True, max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name="LookDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.CharField(max_length=10, unique=True)),
                ("asked", models.IntegerField()),
                ("found", models.IntegerField()),
                ("refused", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Prepared",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=16)),
                ("person", models.CharField(max_length=64)),
                ("at_ms", models.BigIntegerField()),
                ("sha256", models.BinaryField(max_length=32)),
                ("rows", models.JSONField()),
                ("first_day", models.CharField(blank=True, max_length=10)),
                ("days", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Household",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("number", models.CharField(max_length=32)),
                ("code", models.BinaryField(max_length=32, null=True, unique=True)),
                ("generation", models.IntegerField(default=0)),
                ("made_ms", models.BigIntegerField(null=True)),
                ("made_by", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("village", "number"), name="relief_household_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.CharField(max_length=10)),
                ("kind", models.CharField(max_length=8)),
                ("who", models.BinaryField(max_length=32)),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("day", "kind", "who"), name="relief_tally_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Fund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(blank=True, max_length=64)),
                ("name", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=100)),
                ("scale", models.BigIntegerField()),
                ("purpose", models.CharField(max_length=300)),
                ("user", models.CharField(max_length=100)),
                ("result", models.CharField(blank=True, max_length=500)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="funds",
                        to="relief.batch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["village", "id"], name="relief_fund_village")],
            },
        ),
        migrations.CreateModel(
            name="Benefit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=32)),
                ("index", models.BinaryField(max_length=32)),
                ("generation", models.IntegerField()),
                ("project", models.CharField(max_length=60)),
                ("amount", models.BigIntegerField()),
                ("day", models.CharField(max_length=10)),
                ("source", models.CharField(max_length=100)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="benefits",
                        to="relief.batch",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="benefits",
                        to="relief.household",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["index"], name="relief_benefit_index"),
                    models.Index(fields=["batch", "village", "id"], name="relief_benefit_list"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("village", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=60)),
                ("place", models.CharField(max_length=100)),
                ("content", models.CharField(max_length=500)),
                ("first", models.CharField(max_length=10)),
                ("last", models.CharField(max_length=10)),
                ("person", models.CharField(max_length=32)),
                ("tender", models.CharField(max_length=300)),
                ("result", models.CharField(blank=True, max_length=500)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="relief.batch",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["village", "id"], name="relief_project_village")],
            },
        ),
        append_only(
            "relief_batch",
            ("kind", "person", "at_ms", "sha256", "lines", "first_day", "days"),
            once="withdrawn_ms",
        ),
        append_only(
            "relief_fund",
            ("batch_id", "village", "name", "source", "scale", "purpose", "user", "result"),
        ),
        append_only(
            "relief_project",
            (
                *("batch_id", "village", "name", "place", "content", "first", "last"),
                *("person", "tender", "result"),
            ),
        ),
        append_only(
            "relief_benefit",
            (
                *("batch_id", "village", "household_id", "name", "project", "amount", "day"),
                "source",
            ),
            unless=ERASED,
        ),
    ]
