"""What was given up last, without reading every delivery."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_notices_end")]

    operations = [
        migrations.AddIndex(
            "Delivery",
            models.Index(
                condition=models.Q(state="given_up"),
                fields=["-tried_ms", "-id"],
                name="notices_delivery_given_up",
            ),
        ),
    ]
