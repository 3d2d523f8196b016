"""Entries of a kind and a span of days, of every village, for statistics."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingest", "0005_erased")]

    operations = [
        migrations.AddIndex(
            "Record",
            models.Index(fields=["kind", "wall_ms", "village"], name="ingest_record_counted"),
        ),
    ]
