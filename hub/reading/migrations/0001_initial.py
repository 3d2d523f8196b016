from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("entry_hash", models.BinaryField(max_length=32, unique=True)),
                ("photo", models.BinaryField(max_length=32)),
                ("page", models.BinaryField(max_length=32, null=True)),
                ("word", models.CharField(max_length=12)),
                ("differences", models.JSONField(default=list)),
                ("read_ms", models.BigIntegerField()),
            ],
        ),
        append_only("reading_reading", ("entry_hash", "photo", "page", "word", "read_ms")),
    ]
