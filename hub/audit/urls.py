"""Addresses of the audit. Calls `hub.audit.views`."""

from django.urls import path

from hub.audit import views

urlpatterns = [path("", views.index, name="audit")]
