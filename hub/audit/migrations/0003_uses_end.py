"""What programs did by their tokens goes when an erasure says so, and nothing else does."""

from django.db import migrations

from hub.append_only import append_only, no_longer

ERASED = (
    "(substr(OLD.route, 1, 4) = 'api-' OR substr(OLD.route, 1, 5) = 'pull-') AND EXISTS "
    "(SELECT 1 FROM audit_erasure e WHERE e.what = 'uses' AND OLD.at_ms < e.until_ms)"
)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_erasure")]

    operations = [
        no_longer("audit_attempt"),
        append_only(
            "audit_attempt",
            ("at_ms", "person", "method", "route", "about"),
            once="outcome",
            unless=ERASED,
        ),
    ]
