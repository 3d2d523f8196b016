"""Addresses of the hotline's own site. Calls `hub.hotline`; no staff page has an address here."""

from django.urls import include, path

from hub.hotline import county_views, look_views, opening_views, views

hotline = [
    path("", views.index, name="index"),
    path("report/", views.report, name="report"),
    path("county/", county_views.sealed, name="sealed"),
    path("typed/", views.typed, name="typed"),
    path("sheet/", views.sheet, name="sheet"),
    path("look/", look_views.look, name="look"),
    path("look/say", look_views.say, name="say"),
    path("look/rate", look_views.rate, name="rate"),
    path("opened/", opening_views.opened, name="opened"),
    path("opened/file", opening_views.original, name="original"),
]

urlpatterns = [path("", include((hotline, "hotline")))]
