"""Put stamps into a hub's tables as ingest leaves them: `python -m tests.support.recorded COUNT`.

Calls `tests.hub` and Django, for the hub of SEALHUB_STATE.
"""

import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "hub.settings"
    django.setup()
    from hub.records import index
    from tests.hub.journal_rig import Journal
    from tests.hub.public_rig import store

    journal = Journal()
    for _ in range(int(sys.argv[1])):
        journal.stamp(b"g" * 32)
    store(journal.written, logged=False)
    while index.step():
        pass
