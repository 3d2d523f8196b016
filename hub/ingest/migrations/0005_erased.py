from django.db import migrations, models

from hub.append_only import append_only

NAMED = (
    "EXISTS (SELECT 1 FROM ingest_record r JOIN ingest_erased e ON e.device = r.device "
    "AND r.seq BETWEEN e.first_seq AND e.last_seq WHERE r.entry_hash = OLD.entry_hash "
    "AND e.what = 'openings' AND e.leaf_index IS NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("ingest", "0004_lists")]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=8)),
                ("device", models.CharField(max_length=32)),
                ("first_seq", models.BigIntegerField()),
                ("last_seq", models.BigIntegerField()),
                ("newest_ms", models.BigIntegerField()),
                ("at_ms", models.BigIntegerField()),
                ("leaf_index", models.BigIntegerField(null=True)),
                ("done_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["device", "what", "first_seq"], name="ingest_erased_place"
                    ),
                    models.Index(fields=["leaf_index"], name="ingest_erased_leaf"),
                ],
            },
        ),
        append_only(
            "ingest_erased",
            ("what", "device", "first_seq", "last_seq", "newest_ms", "at_ms"),
            once="leaf_index",
            unless="OLD.leaf_index IS NULL",
        ),
        append_only("ingest_openings", ("entry_hash", "data"), unless=NAMED),
    ]
