"""Addresses of the public site. Calls `hub.disclosure.views`; no staff page has an address here."""

from django.urls import include, path

from hub.disclosure import views

public = [
    path("", views.index, name="index"),
    path("v/<slug:name>/", views.village, name="village"),
    path("v/<slug:name>/qr.svg", views.qr, name="qr"),
    path("log/proof/<int:index>", views.proof, name="proof"),
    path("log/<path:path>", views.log_file, name="log"),
]

urlpatterns = [path("", include((public, "public")))]
