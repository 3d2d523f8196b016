"""Addresses of the list of matters: who would sign, its versions, its files."""

from django.urls import path

from hub.catalogue import views

urlpatterns = [
    path("who/", views.who, name="who"),
    path("versions/", views.versions, name="catalogue-versions"),
    path("matters.csv", views.as_csv, name="catalogue-csv"),
    path("matters.json", views.as_json, name="catalogue-json"),
]
