"""Addresses of the log-in."""

from django.urls import path

from hub.people import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("login/options", views.options, name="login-options"),
    path("login/verify", views.verify, name="login-verify"),
    path("logout", views.logout, name="logout"),
]
