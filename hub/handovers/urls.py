"""Addresses of changes of office. Calls `hub.handovers.views`."""

from django.urls import path

from hub.handovers import views

urlpatterns = [
    path("", views.index, name="handovers"),
    path("new/<str:village>/<str:person>/<int:on_ms>/", views.new, name="handover-new"),
    path("<int:number>/", views.detail, name="handover"),
    path("<int:number>/copy", views.copy, name="handover-copy"),
    path("<int:number>/copies/<slug:name>", views.photo, name="handover-photo"),
]
