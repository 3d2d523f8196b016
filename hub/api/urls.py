"""Addresses of the inspectors' interface, to be included at the staff site's root."""

from django.urls import path, re_path

from hub.api import read, views
from hub.records import urls  # noqa: F401  registers the converter sha256

urlpatterns = [
    path("inspect/v1/openings", views.openings, name="pull-openings"),
    path("inspect/v1/lists", views.lists, name="pull-lists"),
    re_path(r"^inspect/v1/lists/(?P<name>[0-9a-f]{64})$", views.bundle, name="pull-list"),
    re_path(r"^inspect/v1/photos/(?P<name>[0-9a-f]{64})$", views.photo, name="pull-photo"),
    path("inspect/v1/roots", views.roots, name="pull-roots"),
    *read.urls(),
]
