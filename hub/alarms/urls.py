"""Addresses of the pages of alarms. Calls `hub.alarms.views`."""

from django.urls import path

from hub.alarms import views
from hub.records import urls  # noqa: F401  registers the converter sha256

app_name = "alarms"

urlpatterns = [
    path("", views.listed, name="index"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/acknowledge", views.acknowledge, name="acknowledge"),
    path("<int:number>/outcome", views.outcome, name="outcome"),
    path("<int:number>/photos/<sha256:name>", views.photo, name="photo"),
]
