"""The WSGI application of one of the hub's sites, with its static files. Calls
`hub.security` and `hub.operate`.

Static files come straight from the applications' folders, by Django's own finders.
"""

from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse

from hub.operate.counted import Counted
from hub.operate.pulse import Pulse
from hub.security import HEADERS


class _Static(StaticFilesHandler):
    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """The file, with the headers that middleware gives to pages."""
        response = super().serve(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


application = Counted(
    _Static(get_wsgi_application()), Pulse(Path(settings.STATE), f"site-{settings.SITE}")
)
