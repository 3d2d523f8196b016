"""A notice goes when an erasure says so."""

from django.db import migrations

from hub.append_only import append_only, no_longer

ERASED = (
    "EXISTS (SELECT 1 FROM audit_erasure e WHERE e.what = 'notices' AND OLD.made_ms < e.until_ms)"
)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial"), ("audit", "0002_erasure")]

    operations = [
        no_longer("notices_notice"),
        append_only(
            "notices_notice",
            ("cause", "kind", "village", "device", "told", "made_ms"),
            unless=ERASED,
        ),
    ]
