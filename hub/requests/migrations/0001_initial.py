import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [("approvals", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Request",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.BinaryField(max_length=32, unique=True)),
                ("village", models.CharField(max_length=64)),
                ("item", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=32)),
                ("phone", models.CharField(max_length=20)),
                ("title", models.CharField(max_length=100)),
                ("purpose", models.CharField(max_length=500)),
                ("impressions", models.IntegerField()),
                ("amount", models.BigIntegerField(null=True)),
                ("resolution", models.CharField(default="", max_length=100)),
                ("pages", models.JSONField(default=list)),
                ("created_ms", models.BigIntegerField()),
                ("state", models.CharField(default="received", max_length=16)),
                ("waiting", models.CharField(default="", max_length=60)),
                ("words", models.CharField(default="", max_length=200)),
                ("since_ms", models.BigIntegerField()),
                (
                    "subject",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="approvals.subject",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["village", "state", "id"], name="requests_waiting"),
                    models.Index(fields=["village", "created_ms"], name="requests_day"),
                ]
            },
        ),
    ]
