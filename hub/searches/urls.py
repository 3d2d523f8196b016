"""Address of the page of searches. Calls `hub.searches.views`."""

from django.urls import path

from hub.searches import views

app_name = "searches"

urlpatterns = [path("", views.listed, name="index")]
