"""Addresses of corrections. Calls `hub.corrections.views`."""

from django.urls import path

from hub.corrections import views

urlpatterns = [
    path("new/<slug:name>", views.new, name="correction-new"),
    path("<int:number>/", views.detail, name="correction"),
]
