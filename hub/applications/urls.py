"""Addresses of applications and approvals."""

from django.urls import path

from hub.applications import (
    act_views,
    again,
    by_file,
    pressed,
    request_views,
    signing,
    slip,
    views,
)

urlpatterns = [
    path("", views.home, name="home"),
    path("items/", views.items, name="items"),
    path("items/<slug:item>/new", views.new, name="application-new"),
    path("drafts/<slug:name>/drop", views.drop, name="draft-drop"),
    path("applications/<int:number>/", views.detail, name="application"),
    path("applications/<int:number>/withdraw", act_views.withdraw, name="application-withdraw"),
    path("applications/<int:number>/explain", act_views.explain, name="application-explain"),
    path("applications/<int:number>/receipt", request_views.receipt, name="application-receipt"),
    path("requests/<int:number>/decline", request_views.decline, name="request-decline"),
    path("applications/<int:number>/remind", act_views.remind, name="application-remind"),
    path("applications/<int:number>/escalate", act_views.escalate, name="application-escalate"),
    path("applications/<int:number>/archive", act_views.archive, name="application-archive"),
    path("applications/<int:number>/pressed", pressed.press, name="application-pressed"),
    path("applications/<int:number>/slip", slip.slip, name="application-slip"),
    path("applications/<int:number>/code.svg", slip.drawn, name="application-code"),
    path("pressed/", pressed.marks, name="pressed"),
    path("applications/<int:number>/difference/<int:page>", again.picture, name="difference"),
    path("pages/<slug:name>", signing.picture, name="page-picture"),
    path("approvals/<int:number>/to-sign", by_file.hand_out, name="approval-to-sign"),
    path("approvals/signed", by_file.take_back, name="approval-signed"),
    path("approvals/return", views.approval_return, name="approval-return"),
    path("approvals/submit", views.approval_submit, name="approval-submit"),
]
