"""Links for the first two log-in passkeys: never deleted, used once."""

from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("people", "0002_sittings_and_tries")]

    operations = [
        migrations.CreateModel(
            name="FirstTwo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.BinaryField(max_length=32, unique=True)),
                ("one", models.CharField(max_length=64)),
                ("other", models.CharField(max_length=64)),
                ("made_ms", models.BigIntegerField()),
                ("expires_ms", models.BigIntegerField()),
                ("used_ms", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("one", models.F("other")), _negated=True),
                        name="people_first_are_two",
                    )
                ],
            },
        ),
        append_only("people_firsttwo", ("name", "one", "other", "made_ms"), once="used_ms"),
    ]
