"""What lockd's panel socket answers, as the panel reads it. Calls nothing.

The shapes are lockd's; the panel believes them, because it can do nothing that lockd does not judge
again. Times are milliseconds since 1970 UTC; durations end in `_ms` or `_s`.
"""

from typing import NotRequired, TypedDict


class RefusalView(TypedDict):
    """One refusal with its stable code and both languages."""

    code: str
    zh: str
    en: str
    next_zh: str
    next_en: str
    detail: NotRequired[str | None]


class SealView(TypedDict):
    id: str
    kind: str
    name: str
    present: bool
    state: str


class MachineView(TypedDict):
    device: str
    village: str
    village_name: str
    seals: list[SealView]


class ListView(TypedDict):
    version: int
    expires_ms: int


class CourierView(TypedDict):
    """`pending` of the unreceipted entries are with the township and wait for the county."""

    unreceipted: int
    pending: int
    oldest_s: int
    online: bool
    since_ms: int | None


class PersonView(TypedDict):
    person: str
    name: str


class ApproverView(TypedDict):
    step: str
    person: str
    name: str


class GrantView(TypedDict):
    """One grant of this machine; `presses` are impressions and seams.

    `refusal` names why it cannot be stamped now, or is None.
    """

    id: bytes
    title: str
    purpose: str
    applicant_name: str
    item: str
    item_zh: str
    basis: str
    seal: str
    seal_name: str
    impressions: int
    presses: int
    used: int
    not_after: int
    approvers: list[ApproverView]
    refusal: str | None
    pages: NotRequired[int]


class SheetView(TypedDict):
    """Which press comes next: a sheet (`full`) or a group of fanned ones (`seam`), of how many."""

    use: str
    next: int
    total: int


class PhotoView(TypedDict):
    sha256: bytes
    findings: list[str]


class DoneView(TypedDict):
    """`answered`: the township has it; `receipted`: and the county's witnesses saw its log."""

    seq: int
    receipted: bool
    answered: bool


class EmergencyView(TypedDict):
    """An emergency is under way; `blind`: without pictures."""

    blind: bool


class ClockView(TypedDict):
    wall_ms: int
    quality: str


class EnrolmentView(TypedDict):
    """A card or finger being enrolled; `step`: hold, wait, lay, lift, again, done or failed."""

    person: str
    name: str
    method: str
    step: str


class CredentialView(TypedDict):
    """How people are known here: ways to log in that the list allows and the parts permit, parts
    that the machine has, those that do not answer, whose card waits for its PIN, and an enrolment
    under way.
    """

    logins: list[str]
    parts: list[str]
    silent: list[str]
    held: PersonView | None
    enrolment: EnrolmentView | None


class EnrollableView(TypedDict):
    """Who may be enrolled, or is still: by which `methods`; whether he `acts`, and may `witness`
    another's.
    """

    person: str
    name: str
    acts: bool
    witness: bool
    methods: list[str]


class State(TypedDict):
    """The whole of what the screen shows; `rev` grows with every change, `corrections` counts those
    that the list brought and the journal has not got.
    """

    rev: int
    state: str
    machine: MachineView | None
    list: ListView | None
    courier: CourierView
    operator: PersonView | None
    grant: GrantView | None
    sheet: SheetView | None
    photo: PhotoView | None
    refusal: RefusalView | None
    remaining_ms: int | None
    done: DoneView | None
    clock: ClockView
    emergency: EmergencyView | None
    corrections: NotRequired[int]
    credential: CredentialView


class ItemView(TypedDict):
    """One line of the catalogue: allowed, escalate, or forbidden with where to go instead."""

    id: str
    zh: str
    en: str
    cls: str
    where_zh: str
    where_en: str
    phone: str
    basis: str
    impressions_max: int
