"""Addresses of the enrolment site, which only machines reach. Calls `hub.devices.enrol_views`."""

from django.urls import path

from hub.devices import enrol_views as views
from wire.provisioning import messages

urlpatterns = [
    path(messages.CA[1:], views.ca),
    path(messages.JOIN[1:], views.join),
    path(messages.STANDING[1:], views.standing),
    path(messages.RENEW[1:], views.renew),
    path(messages.CHALLENGE[1:], views.challenge),
    path(messages.RECOVER[1:], views.recover),
]
