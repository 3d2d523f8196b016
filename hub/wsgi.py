"""The WSGI application of one of the hub's sites, with its static files. Calls `hub.security`.

Static files come straight from the applications' folders, by Django's own finders.
"""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application
from django.http import FileResponse, HttpRequest, HttpResponse

from hub.security import HEADERS


class _Static(StaticFilesHandler):
    def serve(self, request: HttpRequest) -> HttpResponse | FileResponse:
        """The file, with the headers that middleware gives to pages."""
        response = super().serve(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


application = _Static(get_wsgi_application())
