"""A revocation may end by itself, and names who did it at the staff site."""

from django.db import migrations, models

from hub.append_only import append_only, no_longer

FROZEN = ("kind", "value", "revoked", "reason", "at_ms")


class Migration(migrations.Migration):
    dependencies = [("revocations", "0001_initial")]

    operations = [
        no_longer("revocations_revocation"),
        migrations.AddField("revocation", "until_ms", models.BigIntegerField(null=True)),
        migrations.AddField(
            "revocation", "by", models.CharField(blank=True, default="", max_length=64)
        ),
        append_only("revocations_revocation", (*FROZEN, "until_ms", "by")),
    ]
