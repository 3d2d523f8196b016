"""Addresses of the fleet's pages. Calls `hub.fleet.views`."""

from django.urls import path

from hub.fleet import views

app_name = "fleet"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:device>/", views.detail, name="detail"),
    path("<slug:device>/command", views.send, name="send"),
    path("<slug:device>/state", views.ask_state, name="state"),
]
