"""Addresses of the staff's codes for doors and walls. Calls `hub.disclosure.door_views`."""

from django.urls import path

from hub.disclosure import door_views

app_name = "doors"
urlpatterns = [
    path("", door_views.index, name="index"),
    path("wall.pdf", door_views.wall, name="wall"),
    path("code.svg", door_views.picture, name="code"),
]
