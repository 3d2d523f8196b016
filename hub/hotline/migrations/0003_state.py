from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

AFTER = """CASE
 WHEN {row}.what = 'extended' THEN 'forwarded'
 WHEN {row}.what <> 'rated' THEN {row}.what
 WHEN {row}.days <> 0 OR EXISTS (SELECT 1 FROM hotline_act e
  WHERE e.case_id = {row}.case_id AND e.what = 'rated' AND e.id < {row}.id) THEN 'ended'
 ELSE 'again' END"""
SET = "UPDATE hotline_case SET state = {state} WHERE {which}"
LAST = "(SELECT {after} FROM hotline_act n WHERE n.case_id = hotline_case.id ORDER BY n.id DESC LIMIT 1)"
SO_FAR = SET.format(
    state=LAST.format(after=AFTER.format(row="n")),
    which="EXISTS (SELECT 1 FROM hotline_act o WHERE o.case_id = hotline_case.id)",
)
EACH = SET.format(state=AFTER.format(row="NEW"), which="id = NEW.case_id;")
TRIGGER = "CREATE TRIGGER hotline_act_state AFTER INSERT ON hotline_act FOR EACH ROW "


def install(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(SO_FAR)
    if editor.connection.vendor != "postgresql":
        editor.execute(f"{TRIGGER} BEGIN {EACH} END;")
        return
    editor.execute(
        "CREATE FUNCTION hotline_act_state() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN {EACH} RETURN NULL; END $$;"
    )
    editor.execute(f"{TRIGGER} EXECUTE FUNCTION hotline_act_state();")


class Migration(migrations.Migration):
    """What a case waits for stands beside it: the list of open ones reads no others."""

    dependencies = [("hotline", "0002_sealed_reports")]

    operations = [
        migrations.AddField("case", "state", models.CharField(default="new", max_length=16)),
        migrations.RunPython(install, migrations.RunPython.noop),
        migrations.AddIndex(
            "case", models.Index(fields=["state", "id"], name="hotline_case_state")
        ),
    ]
