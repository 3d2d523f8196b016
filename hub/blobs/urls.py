"""Addresses of the blob site. Calls `hub.blobs.views`."""

from django.urls import re_path

from hub.blobs import views

urlpatterns = [re_path(r"^blobs/(?P<name>[0-9a-f]{64})$", views.blob)]
