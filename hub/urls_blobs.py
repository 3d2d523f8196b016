"""Addresses of the blob site, which only machines reach. Calls `hub.blobs.urls`."""

from django.urls import include, path

urlpatterns = [path("", include("hub.blobs.urls"))]
