"""Addresses of the public site. Calls `hub.disclosure.views`; no staff page has an address here."""

from django.urls import include, path

from hub.disclosure import views

public = [
    path("", views.index, name="index"),
    path("v/<slug:name>/", views.village, name="village"),
    path("v/<slug:name>/qr.svg", views.qr, name="qr"),
    path("s/<str:entry>/", views.stamp, name="stamp"),
    path("s/<str:entry>/qr.svg", views.stamp_qr, name="stamp_qr"),
    path("s/<str:entry>/proof.txt", views.stamp_proof, name="stamp_proof"),
    path("c/<str:digits>/proof.txt", views.coded_proof, name="coded_proof"),
    path("log/proof/<int:index>", views.proof, name="proof"),
    path("log/former/<int:number>/<path:path>", views.former_log_file, name="former_log"),
    path("log/<path:path>", views.log_file, name="log"),
]

urlpatterns = [path("", include((public, "public")))]
