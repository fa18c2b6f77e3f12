"""The database itself refuses to change or remove audit lines."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SQLITE = [
    "CREATE TRIGGER core_entry_no_update BEFORE UPDATE ON core_entry BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END",
    "CREATE TRIGGER core_entry_no_delete BEFORE DELETE ON core_entry BEGIN SELECT RAISE(ABORT, 'audit lines are never removed'); END",
    "CREATE TRIGGER core_head_no_delete BEFORE DELETE ON core_head BEGIN SELECT RAISE(ABORT, 'the head of the chain stays'); END",
]
POSTGRES = [
    "CREATE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit lines are never changed or removed'; END $$",
    "CREATE TRIGGER core_entry_append_only BEFORE UPDATE OR DELETE ON core_entry FOR EACH ROW EXECUTE FUNCTION core_refuse()",
    "CREATE TRIGGER core_entry_no_truncate BEFORE TRUNCATE ON core_entry FOR EACH STATEMENT EXECUTE FUNCTION core_refuse()",
    "CREATE TRIGGER core_head_no_delete BEFORE DELETE ON core_head FOR EACH ROW EXECUTE FUNCTION core_refuse()",
]


def forbid(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


def begin(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("core", "Head").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(begin, migrations.RunPython.noop), migrations.RunPython(forbid, migrations.RunPython.noop)]
