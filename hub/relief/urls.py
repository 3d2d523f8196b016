"""Addresses of relief for staff. Calls `hub.relief`."""

from django.urls import path

from hub.relief import card_views, take_views, views

app_name = "relief"

urlpatterns = [
    path("", views.index, name="index"),
    path("take/<slug:kind>/", take_views.bring, name="bring"),
    path("take/<slug:kind>/empty.csv", take_views.empty, name="empty"),
    path("prepared/<int:number>/", take_views.prepared, name="prepared"),
    path("lists/<int:number>/", views.sheet, name="sheet"),
    path("lists/<int:number>/hand", views.hand_over, name="hand"),
    path("lists/<int:number>/withdraw", views.withdraw, name="withdraw"),
    path("<slug:kind>.csv", views.export, name="export"),
    path("cards/", card_views.index, name="cards"),
    path("cards/<int:number>/", card_views.anew, name="card"),
    path("looks/", views.looks, name="looks"),
]
