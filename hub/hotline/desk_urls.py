"""Addresses of the hotline's staff pages."""

from django.urls import path

from hub.hotline import desk_views as views

app_name = "desk"
urlpatterns = [
    path("", views.index, name="index"),
    path("openings/", views.openings, name="openings"),
    path("openings/<int:number>/judge", views.judge, name="judge"),
    path("<int:number>/", views.detail, name="detail"),
    path("<int:number>/act", views.act, name="act"),
    path("<int:number>/say", views.say, name="say"),
    path("<int:number>/exclude", views.exclude, name="exclude"),
    path("<int:number>/ask", views.ask, name="ask"),
    path("<int:number>/photos/<int:photo>", views.photo, name="photo"),
]
