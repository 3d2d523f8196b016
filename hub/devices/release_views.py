"""Machines fetch here what their software is to become. Calls `hub.{blobs,config,devices}`.

Which machines there are is asked where the blob site asks it.
"""

from collections.abc import Callable, Mapping

from django.http import FileResponse, HttpRequest, HttpResponseBase, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_GET

from hub.blobs import peer, views
from hub.config import config
from hub.devices import releases
from wire.refusals import to_dict


@require_GET
def release(request: HttpRequest, name: str) -> HttpResponseBase:
    """The officers' offer, or an archive of it, for a machine on a village's list."""
    device = peer.device(request)
    machines: Callable[[], Mapping[str, object]] = import_string(views.MACHINES)
    if device is None or device not in machines():
        return JsonResponse(to_dict("not_permitted", "no machine of a village"), status=403)
    path = releases.offered(config().state, name)
    if path is None:
        return JsonResponse(to_dict("release_none", "not offered"), status=404)
    return FileResponse(path.open("rb"), content_type="application/octet-stream")
