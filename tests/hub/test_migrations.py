"""The tables that migrations make are those that the models describe."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db(databases=["default", "hotline"])
def test_no_model_changed_without_a_migration() -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, verbosity=0)
