"""What is over stands in no list of what is under way; lists read as much of a long record as of a
short one.
"""

from typing import Final

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from hub.append_only import append_only, no_longer

FROZEN: Final = (
    *("subject_id", "series", "number", "village", "item", "period"),
    *("event_id", "title", "made_ms"),
)


def _end(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Those that were published."""
    published = apps.get_model("affairs", "Published").objects
    when = published.filter(edition=models.OuterRef("pk")).values("at_ms")
    apps.get_model("affairs", "Edition").objects.update(ended_ms=models.Subquery(when))


class Migration(migrations.Migration):
    dependencies = [("affairs", "0001_initial")]

    operations = [
        migrations.AddField("edition", "ended_ms", models.BigIntegerField(null=True)),
        migrations.AddField(
            "draft",
            "instead_of",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="again",
                to="affairs.edition",
            ),
        ),
        migrations.AddIndex(
            "event", models.Index(fields=["village", "on"], name="affairs_event_on")
        ),
        migrations.AddIndex(
            "edition",
            models.Index(fields=["period", "village", "item"], name="affairs_edition_period"),
        ),
        migrations.AddIndex(
            "edition",
            models.Index(
                fields=["village", "id"],
                name="affairs_edition_open",
                condition=models.Q(ended_ms=None),
            ),
        ),
        migrations.AddIndex(
            "question",
            models.Index(fields=["village", "answered_ms"], name="affairs_question_answered"),
        ),
        migrations.AddIndex(
            "question",
            models.Index(
                fields=["village", "until_ms"],
                name="affairs_question_open",
                condition=models.Q(answered_ms=None),
            ),
        ),
        no_longer("affairs_edition"),
        append_only("affairs_edition", FROZEN, once="ended_ms"),
        migrations.RunPython(_end, migrations.RunPython.noop),
    ]
