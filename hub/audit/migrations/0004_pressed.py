"""The few lines that are not for everybody, without reading all others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_uses_end")]

    operations = [
        migrations.AddIndex(
            "Attempt",
            models.Index(
                condition=models.Q(route="application-pressed"),
                fields=["about"],
                name="audit_attempt_pressed",
            ),
        ),
    ]
