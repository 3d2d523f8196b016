"""Addresses of the blob site, which only machines reach. Calls `hub.{blobs,devices}`."""

from django.urls import include, path

from hub.devices.release_views import release

urlpatterns = [
    path("", include("hub.blobs.urls")),
    path("releases/<str:name>", release, name="release"),
]
