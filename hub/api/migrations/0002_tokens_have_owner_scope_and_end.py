from typing import Any

from django.db import migrations, models
from django.db.models import F

YEAR_MS = 365 * 86_400_000
BEFORE = ["lists", "openings"]


def as_before(apps: Any, _editor: Any) -> None:
    """Tokens of before read what they read then, for a year from when they were made."""
    tokens = apps.get_model("api", "Token").objects
    tokens.update(may=BEFORE, expires_ms=F("created_ms") + YEAR_MS)


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.AddField(
            "Token", "person", models.CharField(blank=True, default="", max_length=64)
        ),
        migrations.AddField("Token", "may", models.JSONField(default=list)),
        migrations.AddField("Token", "villages", models.JSONField(default=list)),
        migrations.AddField("Token", "expires_ms", models.BigIntegerField(default=0)),
        migrations.AddField("Token", "used_ms", models.BigIntegerField(null=True)),
        migrations.AddField("Token", "revoked_ms", models.BigIntegerField(null=True)),
        migrations.RunPython(as_before, migrations.RunPython.noop),
    ]
