"""Addresses of the inspectors' pages. Calls `hub.records.views`."""

from django.urls import path, register_converter

from hub.records import views

app_name = "records"


class Sha256:
    """64 hexadecimal digits, lower case."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256, "sha256")

urlpatterns = [
    path("", views.listed, name="index"),
    path("search", views.search, name="search"),
    path("demands/", views.demands, name="demands"),
    path("stamps/<sha256:name>/", views.stamps, name="story"),
    path("photos/<sha256:name>", views.photo, name="photo"),
    path("conflicts/<int:number>/raw", views.rival, name="rival"),
    path("<sha256:name>/", views.detail, name="detail"),
    path("<sha256:name>/review", views.review, name="review"),
    path("<sha256:name>/raw", views.raw, name="raw"),
]
