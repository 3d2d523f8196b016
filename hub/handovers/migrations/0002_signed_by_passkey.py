"""Three people sign a sheet, by passkey or by hand.

The database takes no sheet in which one person stands twice, and no signature in a part that is not
that person's. IntegrityError on both databases, also past the ORM.
"""

from typing import Final

import django.db.models.deletion
from django.db import migrations, models

from hub.append_only import append_only, no_longer, refuse_insert

ROLES: Final = ("gives", "takes", "watches")
FROZEN: Final = ("village", "person", "on_ms", "data", "sha256", "made_by", "made_ms", *ROLES)
NOT_THREE: Final = (
    "NEW.gives IS NULL OR NEW.takes IS NULL OR NEW.watches IS NULL OR NEW.gives <> NEW.person "
    "OR NEW.gives = NEW.takes OR NEW.gives = NEW.watches OR NEW.takes = NEW.watches"
)
NOT_HIS: Final = (
    "NOT EXISTS (SELECT 1 FROM handovers_sheet WHERE id = NEW.sheet_id AND NEW.person = "
    "CASE NEW.role WHEN 'gives' THEN gives WHEN 'takes' THEN takes WHEN 'watches' THEN watches END)"
)


class Migration(migrations.Migration):
    dependencies = [("handovers", "0001_initial")]

    operations = [
        *(
            migrations.AddField("sheet", role, models.CharField(max_length=64, null=True))
            for role in ROLES
        ),
        no_longer("handovers_sheet"),
        append_only("handovers_sheet", FROZEN),
        refuse_insert(
            "handovers_three", "handovers_sheet", NOT_THREE, "three different people sign a sheet"
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=8)),
                ("person", models.CharField(max_length=64)),
                ("roster", models.BigIntegerField()),
                ("credential", models.BinaryField()),
                ("authenticator_data", models.BinaryField()),
                ("client_data", models.BinaryField()),
                ("signature", models.BinaryField()),
                ("received_ms", models.BigIntegerField()),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="handovers.sheet",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sheet", "role"), name="handovers_role_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Hand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(max_length=8)),
                (
                    "photo",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hands",
                        to="handovers.signedcopy",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("photo", "role"), name="handovers_hand_once"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ROLES)), name="handovers_hand_whose"
                    ),
                ],
            },
        ),
        append_only(
            "handovers_signature",
            (
                *("sheet_id", "role", "person", "roster", "credential", "authenticator_data"),
                *("client_data", "signature", "received_ms"),
            ),
        ),
        refuse_insert(
            "handovers_whose", "handovers_signature", NOT_HIS, "another person signs this part"
        ),
        append_only("handovers_hand", ("photo_id", "role")),
    ]
