"""Photos from before it was asked whose hands they show bear all three signatures: so the page asked."""

from typing import Final

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ROLES: Final = ("gives", "takes", "watches")


def _all_three(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    photos, hands = (apps.get_model("handovers", name) for name in ("SignedCopy", "Hand"))
    hands.objects.bulk_create(
        hands(photo=photo, role=role) for photo in photos.objects.order_by("id") for role in ROLES
    )


class Migration(migrations.Migration):
    dependencies = [("handovers", "0002_signed_by_passkey")]

    operations = [migrations.RunPython(_all_three, migrations.RunPython.noop)]
