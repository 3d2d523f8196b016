"""Addresses of the public site. Calls `hub.disclosure.views`, `hub.relief.look_views` and
`hub.requests`; no staff page has an address here.
"""

from django.urls import include, path

from hub.disclosure import views
from hub.relief import look_views as relief
from hub.requests import look_views
from hub.requests import public_views as requests

public = [
    path("", views.index, name="index"),
    path("v/<slug:name>/", views.village, name="village"),
    path("v/<slug:name>/qr.svg", views.qr, name="qr"),
    path("v/<slug:name>/apply/<slug:item>/", requests.apply, name="apply"),
    path("look/", look_views.look, name="look"),
    path("look/recall", look_views.recall, name="recall"),
    path("relief/", relief.page, name="relief"),
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
