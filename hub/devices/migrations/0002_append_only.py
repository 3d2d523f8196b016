from django.db import migrations

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("devices", "0001_initial")]

    operations = [
        append_only("devices_authority", ("version", "sha256", "package", "imported_ms")),
        append_only(
            "devices_listversion",
            ("device", "version", "sha256", "bundle", "published_ms", "expires_ms"),
            once="leaf_index",
        ),
    ]
