"""The WSGI application of one of the hub's sites, with its static files. Calls only Django.

Static files come straight from the applications' folders, by Django's own finders.
"""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

application = StaticFilesHandler(get_wsgi_application())
