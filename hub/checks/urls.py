"""Addresses of the pages of surprise checks. Calls `hub.checks.views`."""

from django.urls import path

from hub.checks import views

app_name = "checks"

urlpatterns = [
    path("", views.listed, name="index"),
    path("new/<slug:device>", views.new, name="new"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/options", views.options, name="options"),
    path("<int:number>/sign", views.sign, name="sign"),
    path("<int:number>/file", views.file, name="file"),
]
