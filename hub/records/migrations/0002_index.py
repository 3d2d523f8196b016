from django.db import migrations, models
from django.db.models.deletion import PROTECT

_ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("ingest", "0004_lists"), ("records", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Bookmark",
            fields=[
                ("id", _ID),
                ("reader", models.CharField(max_length=32, unique=True)),
                ("row", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="RecordIndex",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="index",
                        serialize=False,
                        to="ingest.record",
                    ),
                ),
                ("device", models.CharField(max_length=32)),
                ("item", models.CharField(max_length=64)),
                ("seal", models.CharField(max_length=64)),
                ("grant", models.BinaryField(max_length=32, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item", "record"], name="records_index_item"),
                    models.Index(fields=["device", "seal", "record"], name="records_index_seal"),
                    models.Index(fields=["grant", "record"], name="records_index_grant"),
                ]
            },
        ),
        migrations.CreateModel(
            name="RecordPerson",
            fields=[
                ("id", _ID.clone()),
                ("person", models.CharField(max_length=64)),
                (
                    "record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=PROTECT,
                        related_name="persons",
                        to="ingest.record",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "record"], name="records_person_record")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("record", "person"), name="records_person_once")
                ],
            },
        ),
    ]
