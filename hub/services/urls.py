"""Addresses of the staff's page of appointments. Calls `hub.services.staff_views`."""

from django.urls import path

from hub.services import staff_views

app_name = "appointments"
urlpatterns = [
    path("", staff_views.index, name="index"),
    path("<int:number>/came", staff_views.came, name="came"),
    path("<int:number>/call-off", staff_views.call_off, name="call-off"),
]
