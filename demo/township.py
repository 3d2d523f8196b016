"""Makes the demo's township once: county root, hub, machine, people, lists.

Calls the functions that the provisioning and county commands wrap, and `sealhub` itself.
"""

import hashlib
import json
import shutil
import time
from contextlib import closing
from pathlib import Path

from county import keys
from county.authority import Township, Village, publish_authority
from county.ceremony import Keyholders, Quorum, new_root, sign_root
from county.witness.key import WitnessKey
from county.witness.store import Store
from demo import cast, local
from demo.commands import run, sealhub
from demo.state import DemoState
from hardware.sim.body import SEALS as BODY_SEALS
from hub.catalogue.load import load as load_catalogue
from hub.config import FILE, Origins
from hub.init import NewHub, initialise
from sealctl.commands.furnish import provision
from sync.enrol import new_request
from wire.lists.content import Machine, Machines, Passkey, Person, Policy, Roster, Seal, Term
from wire.lists.tufapi import CryptoSigner
from wire.sig import USUAL
from wire.tlog import note

YEAR_MS = 366 * 86_400_000
LOG_NAME = "demo-township.localhost/log"
WITNESS_NAME = "county.localhost/witness"
OFFICES = {
    "village.secretary": ("村党组织书记", "party secretary"),
    "village.director": ("村民委员会主任", "village director"),
    "village.supervisor": ("村务监督委员会主任", "head of supervision"),
    "village.cooperative": ("股份经济合作社董事长", "cooperative chair"),
    "village.operator": ("盖印员", "operator"),
    "village.clerk": ("文书", "clerk"),
    "township.leader": ("包村领导", "township leader"),
    "township.duty": ("值班领导", "duty officer"),
    "township.inspector": ("镇纪委", "township inspector"),
    "county.inspector": ("县纪委", "county inspector"),
}


def build(var: Path, ports: dict[str, int]) -> DemoState:
    """A new township in that folder, over what an unfinished one left; raises DemoError."""
    if var.exists():
        shutil.rmtree(var)
    state = DemoState.create(var, ports)
    state.save(built=False)
    now_ms = time.time_ns() // 1_000_000
    hub = initialise(
        state.hub_dir,
        origins=Origins(*(state.origins[name] for name in ("hub", "public", "county"))),
        broker_port=ports["mqtt"],
        log_name=LOG_NAME,
        enrol=f"https://127.0.0.1:{ports['enrol']}",
        blobs=f"https://127.0.0.1:{ports['blobs']}",
    )
    state.county_dir.mkdir()
    witness = _witness(state, hub)
    holders = [keys.create(state.county_dir / f"holder-{n}.pem") for n in (1, 2, 3)]
    officers = [keys.create(state.county_dir / f"officer-{n}.pem") for n in (1, 2, 3)]
    root = _root(state, hub, holders, officers, now_ms)
    _machine(state, hub, root)
    township = _township(state, hub, witness, now_ms)
    package = publish_authority(
        township,
        officers[:2],
        roots=[root],
        hub_key=keys.load_public(hub.list_public),
        version=1,
        now_ms=now_ms,
        expires_ms=now_ms + YEAR_MS,
    )
    (state.county_dir / "package.cbor").write_bytes(package)
    pages = {"rp_id": "county.localhost", "hubs": [state.origins["hub"]], "offices": OFFICES}
    (state.county_dir / "pages.json").write_text(
        json.dumps(
            {**pages, "package": "package.cbor", "townships": [_verified(state, hub, witness)]},
            ensure_ascii=False,
        ),
        "utf-8",
    )
    digest = hashlib.sha256(root).hexdigest()
    sealhub(
        state, "list", "import", str(state.county_dir / "package.cbor"), "--root-sha256", digest
    )
    sealhub(state, "broker", "config", str(state.broker_dir))
    run(state, "-m", "demo.login_keys", "--var", str(var))
    _inspector(state, hub, witness, digest)
    local.lay(state)
    state.save(built=True)
    return state


def _verified(state: DemoState, hub: NewHub, witness: str) -> dict[str, object]:
    """The township as the county's verification page knows it."""
    return {
        "number": 1,
        "name": cast.TOWNSHIP_NAME,
        "public": state.origins["public"],
        "log": hub.log_vkey,
        "witnesses": [witness],
        "quorum": 1,
        "packages": ["package.cbor"],
        "phone": "0577-5550100",
        "address": "示例镇人民政府便民服务中心",
        "history": {
            "folder": "history",
            "root": "root.json",
            "max_age_s": 48 * 3600,
            "phone": "0577-5550199",
            "address": "示例县(演示)政务公开办公室",
        },
    }


def _root(
    state: DemoState,
    hub: NewHub,
    holders: list[CryptoSigner],
    officers: list[CryptoSigner],
    now_ms: int,
) -> bytes:
    """2 of 3 root holders, 2 of 3 officers, and the hub's one online key."""
    online = Quorum((keys.load_public(hub.list_public),), 1)
    root = new_root(
        Keyholders(
            Quorum(tuple(one.public_key for one in holders), 2),
            Quorum(tuple(one.public_key for one in officers), 2),
            online,
            online,
        ),
        expires_ms=now_ms + 5 * YEAR_MS,
    )
    for holder in holders[:2]:
        root = sign_root(root, holder)
    (state.county_dir / "root.json").write_bytes(root)
    return root


def _witness(state: DemoState, hub: NewHub) -> str:
    """The county's witness, which follows the township's log; its verifier key."""
    state.witness_dir.mkdir()
    key = WitnessKey.create(state.witness_dir, WITNESS_NAME)
    with closing(Store.create(state.witness_dir)) as store:
        store.add_log(note.verifier(hub.log_vkey))
    with (state.hub_dir / FILE).open("a", encoding="utf-8") as toml:
        toml.write(f'\n[witness]\n"{WITNESS_NAME}" = "http://127.0.0.1:{state.ports["witness"]}"\n')
    return key.vkey


def _machine(state: DemoState, hub: NewHub, root: bytes) -> None:
    folder, ports = state.machine_dir, state.ports
    public = provision(folder)
    (folder / "record.pub").write_bytes(public)
    (folder / "root.json").write_bytes(root)
    request = folder / "device.csr"
    request.write_bytes(new_request(folder, cast.DEVICE))
    certificate = str(folder / "tls" / "device.pem")
    sealhub(state, "machine", "certificate", cast.DEVICE, str(request), certificate)
    (folder / "tls" / "ca.pem").write_bytes(hub.ca.read_bytes())
    state.machine_config.write_text(
        f"""\
device = "{cast.DEVICE}"

[county]
root = "root.json"
root_sha256 = "{hashlib.sha256(root).hexdigest()}"

[panel]
host = "127.0.0.1"
port = {ports["panel"]}

[hardware.press]
driver = "sim"

[hardware.camera]
driver = "sim"

[hardware.cards]
driver = "sim"

[hardware.scanner]
driver = "sim"

[hardware.fingerprint]
driver = "sim"

[hub]
mqtt_host = "127.0.0.1"
mqtt_port = {ports["mqtt"]}
blobs = "https://127.0.0.1:{ports["blobs"]}"
enrol = "https://127.0.0.1:{ports["enrol"]}"
ca = "tls/ca.pem"
certificate = "tls/device.pem"
key = "tls/device.key"
""",
        "utf-8",
    )


def _township(state: DemoState, hub: NewHub, witness: str, now_ms: int) -> Township:
    catalogue = load_catalogue(locality="示例镇(演示)", effective="2026-01-01")
    policy = Policy(
        version=1,
        township=cast.TOWNSHIP,
        township_name=cast.TOWNSHIP_NAME,
        rp_id="county.localhost",
        origins=(state.origins["county"],),
        log_origin=LOG_NAME,
        log_key=hub.log_vkey,
        witnesses=(witness,),
        quorum=1,
        witness_max_age_s=48 * 3600,
        receipts_max_age_s=72 * 3600,
        receipts_max_count=500,
        unlock_ms=5_000,
        press_timeout_ms=30_000,
        clock_floor_stamps=20,
        logins=("pin", "card_pin", "fingerprint"),
        pin_attempts=5,
        pin_lock_s=300,
        emergency_after_s=24 * 3600,
        emergency_presses=3,
        officers_operate=False,
        supervisors=("village.supervisor", "village.secretary"),
        suites=USUAL,
        offices=OFFICES,
        absence_days=15,
        absence_offices=("township.duty",),
    )
    return Township(catalogue, policy, (Village(_roster(state, now_ms), _machines(state)),))


def _roster(state: DemoState, now_ms: int) -> Roster:
    persons = {}
    for role in cast.CAST:
        key = state.person(role.id).authenticator.passkey("county.localhost")
        terms = tuple(
            Term(office, now_ms - YEAR_MS, now_ms + 2 * YEAR_MS) for office in role.offices
        )
        passkeys = (Passkey(key.id, key.public_key),)
        persons[role.id] = Person(role.id, role.name, terms, passkeys, ())
    return Roster(1, cast.VILLAGE, persons)


def _machines(state: DemoState) -> Machines:
    tags = {seal.slot: seal.rfid for seal in BODY_SEALS}
    seals = tuple(
        Seal(one.id, one.kind, one.name, one.slot, tags[one.slot], "active") for one in cast.SEALS
    )
    public = (state.machine_dir / "record.pub").read_bytes()
    machine = Machine(
        cast.DEVICE, cast.VILLAGE, cast.VILLAGE_NAME, "EdDSA", public, "active", seals
    )
    return Machines(1, {cast.DEVICE: machine})


def _inspector(state: DemoState, hub: NewHub, witness: str, root_sha256: str) -> None:
    """What the inspector has from the county and the township: a policy and a token."""
    folder = state.var / "inspector"
    folder.mkdir(parents=True, exist_ok=True)
    policy = {
        "root_sha256": root_sha256,
        "log": hub.log_vkey,
        "witnesses": [witness],
        "quorum": 1,
        "max_age_s": 0,
    }
    (folder / "policy.json").write_text(json.dumps(policy, indent=2), "utf-8")
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(sealhub(state, "token", "new", "demo-inspector").strip(), "utf-8")
