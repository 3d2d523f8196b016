"""Addresses of the staff site."""

from django.urls import include, path

urlpatterns = [
    path("", include("hub.people.urls")),
    path("", include("hub.applications.urls")),
    path("", include("hub.api.urls")),
    path("audit/", include("hub.audit.urls")),
    path("catalogue/", include("hub.catalogue.urls")),
    path("corrections/", include("hub.corrections.urls")),
    path("duty/", include("hub.duty.urls")),
    path("handovers/", include("hub.handovers.urls")),
    path("registers/", include("hub.registers.urls")),
    path("records/", include("hub.records.urls")),
    path("daily/", include("hub.daily.urls")),
    path("alarms/", include("hub.alarms.urls")),
    path("fleet/", include("hub.fleet.urls")),
    path("searches/", include("hub.searches.urls")),
    path("checks/", include("hub.checks.urls")),
    path("cases/", include("hub.cases.urls")),
    path("port/", include("hub.port.urls")),
    path("appointments/", include("hub.services.urls")),
    path("relief/", include("hub.relief.urls")),
    path("redaction/", include("hub.redaction.urls")),
    path("hotline/", include("hub.hotline.desk_urls")),
    path("affairs/", include("hub.affairs.urls")),
    path("doors/", include("hub.disclosure.door_urls")),
]
