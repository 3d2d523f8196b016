"""What differs by township: the demo's services, rules of names, catalogue and hotline's address.

Calls demo and `sealhub`. The product's own examples are laid into the hub's folder, as an operator
lays his; what lies there stays.
"""

import shutil
import tomllib

from demo.commands import sealhub
from demo.days import months_before, today
from demo.state import DemoState
from hub.affairs import catalogue
from hub.config import FILE
from hub.redaction import rules
from hub.services import files as services

SETTINGS = {
    "site": """
[site.telephones]
"示例镇便民服务中心" = "0577-0000000"
""",
    "hotline": """
[hotline]
origin = "{hotline}"
county_name = "示例县纪委监委（编造）"
county_address = "示例县示例路 1 号（编造）"
township_address = "示例镇政府一楼（编造）"

[hotline.telephones]
"示例镇监察站（编造）" = "0577-0000003"
""",
}
"""Sections of hub.toml."""


def lay(state: DemoState) -> None:
    """Lay what is not there yet; raises DemoError."""
    for name, text in SETTINGS.items():
        _section(state, name, text)
    folder = state.hub_dir
    for example, name in (
        (rules.EXAMPLE, rules.FILE),
        (services.EXAMPLE / services.FILE, services.FILE),
    ):
        if not (folder / name).exists():
            shutil.copyfile(example, folder / name)
    if not (folder / services.ITEMS).exists():
        sealhub(state, "services", "import", str(services.EXAMPLE / services.ITEMS))
    if not (folder / catalogue.FOLDER).exists():
        since = months_before(today(), 1).isoformat()
        sealhub(state, "disclosure", "import", str(catalogue.EXAMPLE), "--since", since)


def _section(state: DemoState, name: str, text: str) -> None:
    file = state.hub_dir / FILE
    if name not in tomllib.loads(file.read_text("utf-8")):
        with file.open("a", encoding="utf-8") as toml:
            toml.write(text.format(**state.origins))
