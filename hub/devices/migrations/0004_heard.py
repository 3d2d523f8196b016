from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Max

from wire.record import entry, envelope


def listen(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """For the machines whose records are there already."""
    records = apps.get_model("ingest", "Record").objects
    heard = apps.get_model("devices", "Heard").objects
    newest = records.values("device").annotate(last=Max("seq"), came=Max("received_ms")).order_by()
    for device, seq, came_ms in newest.values_list("device", "last", "came"):
        boots = records.filter(device=device, kind="boot").order_by("-seq")
        data = boots.values_list("envelope", flat=True).first()
        found = None if data is None else entry.decode(envelope.parse(bytes(data)).payload)
        heard.create(
            device=device,
            seq=seq,
            came_ms=came_ms,
            version="" if found is None else found.body["version"],
            started_ms=0 if found is None else found.time.wall,
        )


class Migration(migrations.Migration):
    dependencies = [("devices", "0003_invitations"), ("ingest", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Heard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("device", models.CharField(max_length=32, unique=True)),
                ("seq", models.BigIntegerField()),
                ("came_ms", models.BigIntegerField()),
                ("version", models.CharField(default="", max_length=40)),
                ("started_ms", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.RunPython(listen, migrations.RunPython.noop),
    ]
