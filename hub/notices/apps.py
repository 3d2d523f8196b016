"""Listens for applications and decisions, which are written in several places. Calls Django and,
once all models are loaded, `hub.notices.waiting`.
"""

from django.apps import AppConfig


class Notices(AppConfig):
    name = "hub.notices"

    def ready(self) -> None:
        from hub.notices import waiting  # models are there by now

        waiting.listen()
