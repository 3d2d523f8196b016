"""Addresses of duty. Calls `hub.duty.views`."""

from django.urls import path

from hub.duty import views

urlpatterns = [
    path("", views.index, name="duty"),
    path("enter", views.enter, name="duty-enter"),
    path("away", views.away, name="duty-away"),
    path("away/<int:number>/back", views.back, name="duty-back"),
]
