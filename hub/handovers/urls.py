"""Addresses of changes of office. Calls `hub.handovers.{views,sign_views}`."""

from django.urls import path

from hub.handovers import sign_views, views

urlpatterns = [
    path("", views.index, name="handovers"),
    path("new/<str:village>/<str:person>/<int:on_ms>/", views.new, name="handover-new"),
    path("<int:number>/", views.detail, name="handover"),
    path("return", sign_views.back, name="handover-return"),
    path("submit", sign_views.submit, name="handover-submit"),
    path("<int:number>/file", sign_views.file, name="handover-file"),
    path("<int:number>/copy", sign_views.copy, name="handover-copy"),
    path("<int:number>/copies/<slug:name>", sign_views.photo, name="handover-photo"),
]
