"""How often was asked, for all processes together."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0003_tokens_are_written_once")]

    operations = [
        migrations.CreateModel(
            name="Spent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=48, unique=True)),
                ("minute", models.BigIntegerField()),
                ("used", models.IntegerField(default=0)),
            ],
        ),
    ]
