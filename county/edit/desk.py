"""One change of a draft, from its files to its files, and what it comes to on the screen.

Calls `county.{authority,files,reading}` and `county.edit.draft`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

from county import files, reading
from county.authority import AuthorityError, Township
from county.edit import draft as drafts
from county.edit.draft import Edit

Clock = Callable[[], int]
Work = Callable[[argparse.Namespace, Township], Township]


def command(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    words: str,
    work: Work,
    clock: Clock,
) -> argparse.ArgumentParser:
    """A subcommand that changes a draft by `work`; give it its own options."""
    parser = actions.add_parser(name, help=words, description=words)
    takes_draft(parser)

    def run(options: argparse.Namespace) -> None:
        change(options, lambda township: work(options, township), clock)

    parser.set_defaults(run=run)
    return parser


def takes_draft(parser: argparse.ArgumentParser) -> None:
    """The two files of every change."""
    parser.add_argument("draft", type=Path, help="草案，没有就新建 the draft, made if not there")
    parser.add_argument(
        "--former", type=Path, metavar="PACKAGE", help="现行清单包 the package in force"
    )


def change(options: argparse.Namespace, work: Callable[[Township], Township], clock: Clock) -> None:
    """Take the draft up, change it, write it and say all that is now otherwise than in force."""
    edit = opened(options)
    save(options, edit, work(edit.after), clock)


def opened(options: argparse.Namespace) -> Edit:
    """The draft as it is; raises AuthorityError, OSError."""
    if options.former is not None and options.draft.resolve() == options.former.resolve():
        raise AuthorityError(
            "草案不能就是现行清单包，请另取文件名。 "
            "The draft cannot be the package in force itself: give it another name."
        )
    data = options.draft.read_bytes() if options.draft.exists() else None
    return drafts.begin(former(options), data)


def save(options: argparse.Namespace, edit: Edit, township: Township, clock: Clock) -> None:
    """Write it, and say all that is now otherwise than in force."""
    data = drafts.write(edit, township)
    told = reading.compare(former(options), data, clock())
    files.replace(options.draft, data)
    print("\n".join(told))
    print(f"草案，待签名。 A draft, to be signed: {options.draft}")


def former(options: argparse.Namespace) -> bytes | None:
    """The package in force."""
    return None if options.former is None else options.former.read_bytes()
