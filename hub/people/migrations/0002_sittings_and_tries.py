"""Log-ins that last, counts of those that failed, and who saw a log-in passkey made."""

from django.db import migrations, models

ID = models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.AddField(
            "loginkey", "witness", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField(
            "loginkey", "model", models.CharField(blank=True, default="", max_length=36)
        ),
        migrations.AddField("loginkey", "made_ms", models.BigIntegerField(default=0)),
        migrations.CreateModel(
            name="Sitting",
            fields=[
                ("id", ID),
                ("person", models.CharField(max_length=64)),
                ("credential", models.BinaryField()),
                ("device", models.CharField(max_length=40)),
                ("since_ms", models.BigIntegerField()),
                ("seen_ms", models.BigIntegerField()),
                ("ended_ms", models.BigIntegerField(null=True)),
                ("ended", models.CharField(blank=True, max_length=20)),
            ],
            options={
                "indexes": [models.Index(fields=["person", "seen_ms"], name="people_sitting_seen")]
            },
        ),
        migrations.CreateModel(
            name="Tries",
            fields=[
                ("id", ID.clone()),
                ("name", models.CharField(max_length=24, unique=True)),
                ("since_ms", models.BigIntegerField()),
                ("tries", models.IntegerField(default=0)),
                ("day_ms", models.BigIntegerField()),
                ("day_tries", models.IntegerField(default=0)),
            ],
        ),
    ]
