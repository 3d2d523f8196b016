"""Addresses of what waits for a decision before it is published. Calls `hub.redaction.views`."""

from django.urls import path

from hub.redaction import views

app_name = "redaction"

urlpatterns = [
    path("", views.index, name="index"),
    path("<int:number>/", views.thing, name="thing"),
    path("<int:number>/pages/<slug:name>", views.page, name="page"),
]
