from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingest", "0003_leaf_places")]

    operations = [
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["wall_ms", "id"], name="ingest_record_wall"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["village", "wall_ms", "id"], name="ingest_record_village"),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(fields=["village", "kind", "wall_ms"], name="ingest_record_kind"),
        ),
    ]
