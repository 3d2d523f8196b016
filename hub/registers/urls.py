"""Addresses of the registers. Calls `hub.registers`."""

from django.urls import path

from hub.records import urls  # noqa: F401  registers the converter sha256
from hub.registers import resolution_views as resolutions
from hub.registers import seal_views as seals
from hub.registers import views

app_name = "registers"

urlpatterns = [
    path("", views.index, name="index"),
    path("use/", views.use, name="use"),
    path("use.csv", views.use_csv, name="use-csv"),
    path("seals/", seals.index, name="seals"),
    path("notices/<int:number>/", seals.notice, name="notice"),
    path("seals/<str:village>/<str:seal>/", seals.detail, name="seal"),
    path("seals/<str:village>/<str:seal>/enter/<slug:kind>", seals.enter, name="seal-enter"),
    path("seals/<str:village>/<str:seal>/photos/<sha256:name>", seals.photo, name="seal-photo"),
    path("resolutions/", resolutions.listed, name="resolutions"),
    path("resolutions/new", resolutions.new, name="resolution-new"),
    path("resolutions/<int:number>/", resolutions.detail, name="resolution"),
    path("resolutions/<int:number>/steps/<slug:name>", resolutions.step, name="step"),
    path("resolutions/<int:number>/published", resolutions.publish, name="publish"),
    path("resolutions/<int:number>/settle", resolutions.settle, name="settle"),
    path("resolutions/<int:number>/photos/<sha256:name>", resolutions.photo, name="minutes"),
]
