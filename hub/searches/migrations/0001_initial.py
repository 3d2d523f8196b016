from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Search",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=16)),
                ("values", models.JSONField()),
                ("made_ms", models.BigIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["person", "id"], name="searches_person")],
            },
        ),
        append_only("searches_search", ("person", "about", "values", "made_ms")),
    ]
