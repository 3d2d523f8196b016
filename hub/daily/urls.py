"""Addresses of the page of a day and of the figures. Calls `hub.daily.views`."""

from django.urls import path

from hub.daily import views

app_name = "daily"

urlpatterns = [
    path("", views.daily, name="index"),
    path("figures/", views.statistics, name="figures"),
]
