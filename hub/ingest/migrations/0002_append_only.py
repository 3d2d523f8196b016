from django.db import migrations

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ingest", "0001_initial")]

    operations = [
        append_only(
            "ingest_record",
            (
                "device",
                "village",
                "seq",
                "entry_hash",
                "envelope",
                "kind",
                "wall_ms",
                "received_ms",
            ),
            once="leaf_index",
        ),
        append_only("ingest_conflict", ("device", "seq", "envelope", "reason", "received_ms")),
    ]
