"""Addresses of the public site: forms, the log, and else its files. Calls `hub.disclosure.views`,
`hub.affairs.ask_views`, `hub.relief.look_views`, `hub.requests`, `hub.services` and
`hub.site.serve`; no staff page has an address here.
"""

from django.urls import include, path

from hub.affairs import ask_views
from hub.disclosure import views
from hub.relief import look_views as relief
from hub.requests import look_views
from hub.requests import public_views as requests
from hub.services import views as services
from hub.site.serve import serve

public = [
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
    path("ask/", ask_views.look, name="ask_look"),
    path("ask/<slug:name>/", ask_views.ask, name="ask"),
    path("relief/", relief.page, name="relief"),
    path("papers/<str:page>", requests.picture, name="paper"),
    path("log/proof/<int:index>", views.proof, name="proof"),
    path("log/former/<int:number>/<path:path>", views.former_log_file, name="former_log"),
    path("log/<path:path>", views.log_file, name="log"),
    path("", serve, name="site"),
    path("<path:path>", serve, name="file"),
]

urlpatterns = [path("", include((public, "public")))]
