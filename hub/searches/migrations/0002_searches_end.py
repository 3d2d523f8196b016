"""A search goes when an erasure says so."""

from django.db import migrations

from hub.append_only import append_only, no_longer

ERASED = (
    "EXISTS (SELECT 1 FROM audit_erasure e WHERE e.what = 'searches' AND OLD.made_ms < e.until_ms)"
)


class Migration(migrations.Migration):
    dependencies = [("searches", "0001_initial"), ("audit", "0002_erasure")]

    operations = [
        no_longer("searches_search"),
        append_only("searches_search", ("person", "about", "values", "made_ms"), unless=ERASED),
    ]
