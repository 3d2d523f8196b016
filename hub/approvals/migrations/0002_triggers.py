"""Nobody approves what he proposed; nothing written is changed. IntegrityError on both databases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from hub.append_only import append_only

OWN = "SELECT 1 FROM approvals_subject WHERE id = NEW.subject_id AND proposer = NEW.person"


def _apart(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION approvals_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF EXISTS ({OWN}) THEN RAISE EXCEPTION 'proposer approves' "
            "USING errcode = 'check_violation'; END IF; RETURN NEW; END $$;"
        )
        editor.execute(
            "CREATE TRIGGER approvals_apart BEFORE INSERT ON approvals_approval "
            "FOR EACH ROW EXECUTE FUNCTION approvals_apart();"
        )
        return
    editor.execute(
        "CREATE TRIGGER approvals_apart BEFORE INSERT ON approvals_approval "
        f"WHEN EXISTS ({OWN}) BEGIN SELECT RAISE(ABORT, 'proposer approves'); END;"
    )


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial")]

    operations = [
        append_only("approvals_subject", ("hash", "kind", "data", "proposer", "created_ms")),
        append_only(
            "approvals_approval",
            (
                "subject_id",
                "step",
                "person",
                "decision",
                "roster",
                "credential",
                "authenticator_data",
                "client_data",
                "signature",
                "received_ms",
            ),
        ),
        migrations.RunPython(_apart, migrations.RunPython.noop),
    ]
