"""Addresses of the pages of cases. Calls `hub.cases.views`."""

from django.urls import path

from hub.cases import views

app_name = "cases"

urlpatterns = [
    path("", views.listed, name="index"),
    path("open", views.open_case, name="open"),
    path("gather", views.gather, name="gather"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/words", views.words, name="words"),
    path("<int:number>/end", views.end, name="end"),
    path("<int:number>/export", views.export, name="export"),
]
