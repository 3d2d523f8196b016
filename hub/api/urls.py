"""Addresses of the inspectors' interface, to be included at the staff site's root."""

from django.urls import path, re_path

from hub.api import views

urlpatterns = [
    path("inspect/v1/openings", views.openings),
    path("inspect/v1/lists", views.lists),
    re_path(r"^inspect/v1/lists/(?P<name>[0-9a-f]{64})$", views.bundle),
    re_path(r"^inspect/v1/photos/(?P<name>[0-9a-f]{64})$", views.photo),
    path("inspect/v1/roots", views.roots),
]
