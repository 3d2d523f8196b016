from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SealedReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("sealed", models.BinaryField()),
                ("day", models.DateField()),
                ("handed", models.DateField(null=True)),
            ],
        ),
        append_only(
            "hotline_sealedreport",
            ("code", "sealed", "day"),
            once="handed",
            unless="OLD.handed IS NOT NULL",
        ),
    ]
