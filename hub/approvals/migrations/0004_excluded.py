"""Whom a subject excludes stands beside its bytes, and the database takes no approval of theirs.

Nor one after somebody returned it. IntegrityError on both databases, also past the ORM.
"""

from typing import Final

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from hub.append_only import append_only, no_longer

FROZEN: Final = ("hash", "kind", "data", "proposer", "excluded", "created_ms")
RETURNED: Final = (
    "SELECT 1 FROM approvals_approval WHERE subject_id = NEW.subject_id AND decision = 'return'"
)
SQLITE: Final = (
    "SELECT 1 FROM approvals_subject, json_each(approvals_subject.excluded) "
    "WHERE approvals_subject.id = NEW.subject_id AND json_each.value = NEW.person"
)
POSTGRESQL: Final = (
    "SELECT 1 FROM approvals_subject "
    "WHERE id = NEW.subject_id AND jsonb_exists(excluded, NEW.person)"
)
RULES: Final = (
    ("approvals_excluded", "approvals_approval", "EXISTS ({apart})", "an excluded person approves"),
    ("approvals_returned", "approvals_approval", f"EXISTS ({RETURNED})", "it was returned"),
    ("approvals_who", "approvals_subject", "NEW.excluded IS NULL", "it says not who is excluded"),
)


def _rules(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    postgresql = editor.connection.vendor == "postgresql"
    for name, table, condition, words in RULES:
        refused = condition.format(apart=POSTGRESQL if postgresql else SQLITE)
        statements = _postgresql if postgresql else _sqlite
        for statement in statements(name, table, refused, words):
            editor.execute(statement)


def _sqlite(name: str, table: str, refused: str, words: str) -> list[str]:
    trigger = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {refused} "
    return [trigger + f"BEGIN SELECT RAISE(ABORT, '{words}'); END;"]


def _postgresql(name: str, table: str, refused: str, words: str) -> list[str]:
    body = f"IF {refused} THEN RAISE EXCEPTION '{words}' USING errcode = 'check_violation'; END IF;"
    head = f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
    each = f"FOR EACH ROW EXECUTE FUNCTION {name}();"
    return [
        head + f"BEGIN {body} RETURN NEW; END $$;",
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} " + each,
    ]


class Migration(migrations.Migration):
    dependencies = [("approvals", "0003_kind")]

    operations = [
        migrations.AddField("subject", "excluded", models.JSONField(null=True)),
        no_longer("approvals_subject"),
        append_only("approvals_subject", FROZEN),
        migrations.RunPython(_rules, migrations.RunPython.noop),
    ]
