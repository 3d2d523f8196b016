"""Addresses of the public site. Calls `hub.disclosure.views`, `hub.requests` and
`hub.services`; no
staff page has an address here.
"""

from django.urls import include, path

from hub.disclosure import views
from hub.requests import look_views
from hub.requests import public_views as requests
from hub.services import views as services

public = [
    path("", views.index, name="index"),
    path("v/<slug:name>/", views.village, name="village"),
    path("v/<slug:name>/qr.svg", views.qr, name="qr"),
    path("v/<slug:name>/apply/<slug:item>/", requests.apply, name="apply"),
    path("v/<slug:name>/appointment/", services.points, name="appointment-points"),
    path("v/<slug:name>/appointment/<str:point>/", services.day, name="appointment-days"),
    path(
        "v/<slug:name>/appointment/<str:point>/<str:day>/",
        services.appointment,
        name="appointment",
    ),
    path("look/", look_views.look, name="look"),
    path("look/recall", look_views.recall, name="recall"),
    path("papers/<str:page>", requests.picture, name="paper"),
    path("s/<str:entry>/", views.stamp, name="stamp"),
    path("s/<str:entry>/qr.svg", views.stamp_qr, name="stamp_qr"),
    path("s/<str:entry>/proof.txt", views.stamp_proof, name="stamp_proof"),
    path("c/<str:digits>/proof.txt", views.coded_proof, name="coded_proof"),
    path("log/proof/<int:index>", views.proof, name="proof"),
    path("log/former/<int:number>/<path:path>", views.former_log_file, name="former_log"),
    path("log/<path:path>", views.log_file, name="log"),
]

urlpatterns = [path("", include((public, "public")))]
