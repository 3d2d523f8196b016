"""Who may reach which address of the hub: one table a site. An address that stands in none fails
`test_routes`; whoever adds one says here for whom it is. Data.
"""

from typing import Final

ANYBODY: Final = "anybody"
"""Also who is not signed in."""
PROOF: Final = "proof"
"""Nobody is asked who he is: a passkey's signature, or a signed address, says what he may."""
OFFICE: Final = "office"
"""Whoever holds an office."""
INSPECTOR: Final = "township.inspector"
ALARMED: Final = "alarmed"
"""The inspector, and the offices that an alarm goes to next (of the table): those it came to."""
READER: Final = "reader"
"""The township's offices that look on at what villages publish."""
SUPERIOR: Final = "superior"
"""The offices that see what inspectors searched for (the usual ones)."""
GRANTER: Final = "granter"
"""The offices that are asked whether somebody may know who reported (the usual ones)."""
ASKERS: Final = "askers"
"""The township's offices that may ask something of a machine."""
VILLAGE: Final = "village"
"""Whoever holds an office of a village."""
KEEPERS: Final = "keepers"
"""The township's offices that may take back persons and passkeys."""
TOKEN: Final = "token"
"""An inspector's program, by its token."""
RELIEF: Final = "relief"
"""The township's offices that take lists of relief in (the usual ones)."""
MACHINE: Final = "machine"
"""A machine of a village's list, by the certificate that TLS has verified."""

STAFF: Final = {
    "login/": ANYBODY,
    "login/options": ANYBODY,
    "login/verify": PROOF,
    "login/first/": ANYBODY,
    "login/first/begin": PROOF,
    "login/first/made": PROOF,
    "login/first/confirm": PROOF,
    "logout": ANYBODY,
    "me/": OFFICE,
    "me/sittings/<int:number>/end": OFFICE,
    "me/sittings/end": OFFICE,
    "people/": KEEPERS,
    "people/<str:person>/": KEEPERS,
    "people/<str:person>/enrol/": KEEPERS,
    "people/<str:person>/enrol/begin": KEEPERS,
    "people/<str:person>/enrol/made": KEEPERS,
    "people/<str:person>/enrol/confirm": KEEPERS,
    "people/<str:person>/suspend": KEEPERS,
    "people/<str:person>/lift": KEEPERS,
    "people/<str:person>/passkeys/take-back": KEEPERS,
    "": OFFICE,
    "items/": OFFICE,
    "items/<slug:item>/new": OFFICE,
    "drafts/<slug:name>/drop": OFFICE,
    "applications/<int:number>/": OFFICE,
    "applications/<int:number>/withdraw": OFFICE,
    "applications/<int:number>/explain": OFFICE,
    "applications/<int:number>/receipt": OFFICE,
    "applications/<int:number>/remind": OFFICE,
    "applications/<int:number>/escalate": OFFICE,
    "applications/<int:number>/archive": OFFICE,
    "applications/<int:number>/pressed": OFFICE,
    "applications/<int:number>/slip": OFFICE,
    "applications/<int:number>/code.svg": OFFICE,
    "applications/<int:number>/difference/<int:page>": OFFICE,
    "requests/<int:number>/decline": OFFICE,
    "pressed/": INSPECTOR,
    "pages/<slug:name>": PROOF,
    "approvals/<int:number>/to-sign": OFFICE,
    "approvals/signed": OFFICE,
    "approvals/return": ANYBODY,
    "approvals/submit": PROOF,
    "alarms/": ALARMED,
    "alarms/<int:number>/": ALARMED,
    "alarms/<int:number>/acknowledge": ALARMED,
    "alarms/<int:number>/outcome": ALARMED,
    "alarms/<int:number>/photos/<sha256:name>": ALARMED,
    "audit/": INSPECTOR,
    "cases/": INSPECTOR,
    "cases/open": INSPECTOR,
    "cases/gather": INSPECTOR,
    "cases/<int:number>/": INSPECTOR,
    "cases/<int:number>/words": INSPECTOR,
    "cases/<int:number>/end": INSPECTOR,
    "cases/<int:number>/export": INSPECTOR,
    "catalogue/who/": OFFICE,
    "catalogue/versions/": OFFICE,
    "catalogue/matters.csv": OFFICE,
    "catalogue/matters.json": OFFICE,
    "checks/": INSPECTOR,
    "checks/new/<slug:device>": INSPECTOR,
    "checks/<int:number>/": OFFICE,
    "checks/<int:number>/options": OFFICE,
    "checks/<int:number>/sign": OFFICE,
    "checks/<int:number>/file": OFFICE,
    "corrections/new/<slug:name>": OFFICE,
    "corrections/<int:number>/": OFFICE,
    "fleet/": OFFICE,
    "fleet/<slug:device>/": OFFICE,
    "fleet/<slug:device>/command": ASKERS,
    "fleet/<slug:device>/state": ASKERS,
    "daily/": INSPECTOR,
    "daily/figures/": INSPECTOR,
    "duty/": OFFICE,
    "duty/enter": OFFICE,
    "duty/away": OFFICE,
    "duty/away/<int:number>/back": OFFICE,
    "handovers/": OFFICE,
    "handovers/new/<str:village>/<str:person>/<int:on_ms>/": OFFICE,
    "handovers/<int:number>/": OFFICE,
    "handovers/return": ANYBODY,
    "handovers/submit": PROOF,
    "handovers/<int:number>/file": OFFICE,
    "handovers/<int:number>/copy": OFFICE,
    "handovers/<int:number>/copies/<slug:name>": OFFICE,
    "registers/": OFFICE,
    "registers/use/": OFFICE,
    "registers/use.csv": OFFICE,
    "registers/seals/": OFFICE,
    "registers/notices/<int:number>/": OFFICE,
    "registers/seals/<str:village>/<str:seal>/": OFFICE,
    "registers/seals/<str:village>/<str:seal>/enter/<slug:kind>": OFFICE,
    "registers/seals/<str:village>/<str:seal>/photos/<sha256:name>": OFFICE,
    "registers/resolutions/": OFFICE,
    "registers/resolutions/new": VILLAGE,
    "registers/resolutions/<int:number>/": OFFICE,
    "registers/resolutions/<int:number>/steps/<slug:name>": OFFICE,
    "registers/resolutions/<int:number>/published": OFFICE,
    "registers/resolutions/<int:number>/settle": OFFICE,
    "registers/resolutions/<int:number>/photos/<sha256:name>": OFFICE,
    "hotline/": INSPECTOR,
    "hotline/openings/": GRANTER,
    "hotline/openings/<int:number>/judge": GRANTER,
    "hotline/<int:number>/": INSPECTOR,
    "hotline/<int:number>/act": INSPECTOR,
    "hotline/<int:number>/say": INSPECTOR,
    "hotline/<int:number>/exclude": INSPECTOR,
    "hotline/<int:number>/ask": INSPECTOR,
    "hotline/<int:number>/photos/<int:photo>": INSPECTOR,
    "inspect/v1/openings": TOKEN,
    "inspect/v1/lists": TOKEN,
    "^inspect/v1/lists/(?P<name>[0-9a-f]{64})$": TOKEN,
    "^inspect/v1/photos/(?P<name>[0-9a-f]{64})$": TOKEN,
    "inspect/v1/roots": TOKEN,
    "api/v1/openapi.json": ANYBODY,
    "api/v1/token": TOKEN,
    "api/v1/records": TOKEN,
    "api/v1/records/<sha256:sha256>": TOKEN,
    "api/v1/alarms": TOKEN,
    "api/v1/cases": TOKEN,
    "api/v1/cases/<int:number>": TOKEN,
    "api/v1/machines": TOKEN,
    "api/v1/statistics": TOKEN,
    "api/v1/exports": TOKEN,
    r"^api/v1/[\s\S]*\Z": TOKEN,
    "port/": INSPECTOR,
    "port/new": INSPECTOR,
    "port/tokens/<int:number>/revoke": INSPECTOR,
    "port/export": INSPECTOR,
    "affairs/": OFFICE,
    "affairs/villages": READER,
    "affairs/new": OFFICE,
    "affairs/events/<int:number>/drop": OFFICE,
    "affairs/drafts/<int:number>/": OFFICE,
    "affairs/drafts/<int:number>/submit": OFFICE,
    "affairs/drafts/<int:number>/split": OFFICE,
    "affairs/drafts/<int:number>/drop": OFFICE,
    "affairs/return": ANYBODY,
    "affairs/review": PROOF,
    "affairs/<int:number>/": OFFICE,
    "affairs/<int:number>/explain": OFFICE,
    "affairs/<int:number>/again": OFFICE,
    "affairs/<int:number>/file": OFFICE,
    "affairs/questions/": OFFICE,
    "affairs/questions/<int:number>/answer": OFFICE,
    "affairs/questions/month": OFFICE,
    "relief/": OFFICE,
    "relief/take/<slug:kind>/": RELIEF,
    "relief/take/<slug:kind>/empty.csv": RELIEF,
    "relief/prepared/<int:number>/": RELIEF,
    "relief/lists/<int:number>/": OFFICE,
    "relief/lists/<int:number>/hand": OFFICE,
    "relief/lists/<int:number>/withdraw": RELIEF,
    "relief/<slug:kind>.csv": OFFICE,
    "relief/cards/": RELIEF,
    "relief/cards/<int:number>/": RELIEF,
    "relief/looks/": INSPECTOR,
    "doors/": OFFICE,
    "doors/wall.pdf": OFFICE,
    "doors/code.svg": OFFICE,
    "redaction/": OFFICE,
    "redaction/<int:number>/": OFFICE,
    "redaction/<int:number>/pages/<slug:name>": OFFICE,
    "appointments/": OFFICE,
    "appointments/<int:number>/came": OFFICE,
    "appointments/<int:number>/call-off": OFFICE,
    "records/": INSPECTOR,
    "records/search": INSPECTOR,
    "records/demands/": INSPECTOR,
    "records/stamps/<sha256:name>/": INSPECTOR,
    "records/photos/<sha256:name>": INSPECTOR,
    "records/conflicts/<int:number>/raw": INSPECTOR,
    "records/<sha256:name>/": INSPECTOR,
    "records/<sha256:name>/review": INSPECTOR,
    "records/<sha256:name>/raw": INSPECTOR,
    "searches/": SUPERIOR,
}

PUBLIC: Final = {
    "v/<slug:name>/apply/<slug:item>/": ANYBODY,
    "v/<slug:name>/appointment/": ANYBODY,
    "v/<slug:name>/appointment/<str:point>/": ANYBODY,
    "v/<slug:name>/appointment/<str:point>/<str:day>/": ANYBODY,
    "look/": ANYBODY,
    "look/recall": ANYBODY,
    "ask/": ANYBODY,
    "ask/<slug:name>/": ANYBODY,
    "relief/": ANYBODY,
    "papers/<str:page>": ANYBODY,
    "log/proof/<int:index>": ANYBODY,
    "log/former/<int:number>/<path:path>": ANYBODY,
    "log/<path:path>": ANYBODY,
    "": ANYBODY,
    "<path:path>": ANYBODY,
}
"""The last two give out the files that `sealhub site` wrote, and no others."""

PUBLIC_FORMS: Final = {
    "v/<slug:name>/apply/<slug:item>/": 404,
    "v/<slug:name>/appointment/<str:point>/<str:day>/": 404,
    "look/": 404,
    "look/recall": 404,
    "ask/": 404,
    "ask/<slug:name>/": 404,
    "relief/": 200,
}
"""What takes something from anybody (a request, an appointment, a question, a receipt code, whom
relief is looked up for), with the answer where nothing is found.
"""

BLOBS: Final = {
    "^blobs/(?P<name>[0-9a-f]{64})$": MACHINE,
    "releases/<str:name>": MACHINE,
}

ENROL: Final = {
    "enrol/v1/ca": ANYBODY,
    "enrol/v1/join": PROOF,
    "enrol/v1/standing": MACHINE,
    "enrol/v1/renew": MACHINE,
    "enrol/v1/challenge": PROOF,
    "enrol/v1/recover": PROOF,
}

HOTLINE: Final = {
    "": ANYBODY,
    "report/": ANYBODY,
    "county/": ANYBODY,
    "typed/": ANYBODY,
    "sheet/": ANYBODY,
    "look/": ANYBODY,
    "look/say": ANYBODY,
    "look/rate": ANYBODY,
    "opened/": PROOF,
    "opened/file": PROOF,
}

SITES: Final = {
    "hub.urls_staff": STAFF,
    "hub.urls_public": PUBLIC,
    "hub.urls_blobs": BLOBS,
    "hub.urls_enrol": ENROL,
    "hub.urls_hotline": HOTLINE,
}
