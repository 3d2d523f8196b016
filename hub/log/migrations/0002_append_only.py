from django.db import migrations

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("log", "0001_initial")]

    operations = [
        append_only("log_leaf", ("index", "data", "hash")),
        append_only("log_node", ("level", "index", "hash")),
    ]
