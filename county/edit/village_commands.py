"""`sealcounty authority village …`: new villages, merged ones, other names.

Calls `county.edit.{desk,places}` and `county.days`.
"""

import argparse

from county import days
from county.authority import Township
from county.edit import desk, places
from county.edit.desk import Clock


def add(actions: "argparse._SubParsersAction[argparse.ArgumentParser]", clock: Clock) -> None:
    """The subcommands."""
    verbs = actions.add_parser("village", help="村 villages").add_subparsers(required=True)
    new = desk.command(verbs, "add", "新的村 a new village", _new, clock)
    new.add_argument("--village", required=True, metavar="ID")
    end = desk.command(verbs, "end", "并入他村 it goes into another", _end, clock)
    end.add_argument("--village", required=True, metavar="ID")
    end.add_argument("--name", required=True, help="原村名 what it was called")
    end.add_argument("--into", action="append", required=True, metavar="ID")
    end.add_argument("--on", type=days.parse, required=True, metavar="YYYY-MM-DD")
    other = desk.command(verbs, "rename", "改村名 another name", _rename, clock)
    other.add_argument("--village", required=True, metavar="ID")
    other.add_argument("--name", required=True, help="新村名 what it is called from then on")
    other.add_argument("--on", type=days.parse, required=True, metavar="YYYY-MM-DD")
    moved = desk.command(
        verbs,
        "people",
        "原村人员移到新村名册 its people go along",
        lambda options, township: places.move_people(
            township, options.village, options.into, clock()
        ),
        clock,
    )
    moved.add_argument("--village", required=True, metavar="ID")
    moved.add_argument("--into", required=True, metavar="ID")


def _new(options: argparse.Namespace, township: Township) -> Township:
    return places.add_village(township, options.village)


def _end(options: argparse.Namespace, township: Township) -> Township:
    into = tuple(options.into)
    return places.end_village(township, options.village, options.name, into, options.on)


def _rename(options: argparse.Namespace, township: Township) -> Township:
    return places.rename_village(township, options.village, options.name, options.on)
