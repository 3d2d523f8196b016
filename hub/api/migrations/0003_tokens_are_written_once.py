from django.db import migrations

from hub.append_only import append_only


class Migration(migrations.Migration):
    """Apart from the migration before: PostgreSQL changes no table that has rows waiting to be
    checked.
    """

    dependencies = [("api", "0002_tokens_have_owner_scope_and_end")]

    operations = [
        append_only(
            "api_token",
            ("name", "sha256", "created_ms", "person", "may", "villages", "expires_ms"),
            once="revoked_ms",
        )
    ]
