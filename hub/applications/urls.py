"""Addresses of applications and approvals."""

from django.urls import path

from hub.applications import by_file, signing, views

urlpatterns = [
    path("", views.home, name="home"),
    path("items/", views.items, name="items"),
    path("items/<slug:item>/new", views.new, name="application-new"),
    path("drafts/<slug:name>/drop", views.drop, name="draft-drop"),
    path("applications/<int:number>/", views.detail, name="application"),
    path("pages/<slug:name>", signing.picture, name="page-picture"),
    path("approvals/<int:number>/to-sign", by_file.hand_out, name="approval-to-sign"),
    path("approvals/signed", by_file.take_back, name="approval-signed"),
    path("approvals/return", views.approval_return, name="approval-return"),
    path("approvals/submit", views.approval_submit, name="approval-submit"),
]
