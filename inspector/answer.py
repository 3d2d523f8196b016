"""What a command of `sealinspect` has found out, for people and programs. Calls nothing."""

from argparse import ArgumentParser, _SubParsersAction
from dataclasses import dataclass
from typing import Any, TypeAlias

Commands: TypeAlias = "_SubParsersAction[ArgumentParser]"


@dataclass(frozen=True)
class Answer:
    """`good`: exit status 0, else 1; `fields` for programs, `text` for people."""

    good: bool
    fields: dict[str, Any]
    text: str
