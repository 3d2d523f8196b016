"""Addresses of the log-in, of people, and of one's own log-ins. Calls `hub.people`."""

from django.urls import path

from hub.people import enrol_views, first_views, pages, views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/options", views.options, name="login-options"),
    path("login/verify", views.verify, name="login-verify"),
    path("login/first/", first_views.page, name="first"),
    path("login/first/begin", first_views.begin, name="first-begin"),
    path("login/first/made", first_views.made, name="first-made"),
    path("login/first/confirm", first_views.confirm, name="first-confirm"),
    path("logout", views.logout, name="logout"),
    path("me/", pages.me, name="me"),
    path("me/sittings/<int:number>/end", pages.end_sitting, name="sitting-end"),
    path("me/sittings/end", pages.end_others, name="sittings-end"),
    path("people/", pages.index, name="people"),
    path("people/<str:person>/", pages.detail, name="person"),
    path("people/<str:person>/enrol/", enrol_views.page, name="person-enrol"),
    path("people/<str:person>/enrol/begin", enrol_views.begin, name="person-enrol-begin"),
    path("people/<str:person>/enrol/made", enrol_views.made, name="person-enrol-made"),
    path("people/<str:person>/enrol/confirm", enrol_views.confirm, name="person-enrol-confirm"),
    path("people/<str:person>/suspend", pages.suspend, name="person-suspend"),
    path("people/<str:person>/lift", pages.lift, name="person-lift"),
    path("people/<str:person>/passkeys/take-back", pages.take_back, name="person-take-back"),
]
