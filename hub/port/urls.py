"""Addresses of the page of the port. Calls `hub.port.views`."""

from django.urls import path

from hub.port import views

app_name = "port"

urlpatterns = [
    path("", views.index, name="index"),
    path("new", views.new, name="new"),
    path("tokens/<int:number>/revoke", views.revoke, name="revoke"),
    path("export", views.export, name="export"),
]
