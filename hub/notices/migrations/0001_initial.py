import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.BinaryField(max_length=32, unique=True)),
                ("kind", models.CharField(max_length=32)),
                ("village", models.CharField(max_length=64)),
                ("device", models.CharField(max_length=32)),
                ("told", models.JSONField(default=dict)),
                ("made_ms", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="notices.notice",
                    ),
                ),
                ("target", models.CharField(max_length=20)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("tries", models.IntegerField(default=0)),
                ("due_ms", models.BigIntegerField()),
                ("tried_ms", models.BigIntegerField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["notice", "target"], name="notices_delivery_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(state__in=("waiting", "sent", "given_up")),
                        name="notices_state",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["target", "state", "due_ms"], name="notices_delivery_due"),
                    models.Index(fields=["target", "tried_ms"], name="notices_delivery_tried"),
                ],
            },
        ),
        append_only("notices_notice", ("cause", "kind", "village", "device", "told", "made_ms")),
    ]
