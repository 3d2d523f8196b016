"""`python -m bench.redaction [COUNT]`: how often what is no number of a person is taken for one.

Calls `hub.redaction`. Amounts, dates, numbers of documents, contracts, projects and invoices as
villages write them, made by chance from a fixed seed; by kind of text how many of them show a
finding, and of which kind.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable
from typing import Final

from hub.redaction import scan

COUNT: Final = 20_000
SEED: Final = 43
Chance = random.Random


def _day(chance: Chance) -> str:
    return f"{chance.randint(2018, 2026)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"


def _yuan(chance: Chance) -> str:
    fen = int(10 ** chance.uniform(3, 9.5))
    return f"{fen // 100:,}.{fen % 100:02}"


def _plain_yuan(chance: Chance) -> str:
    return _yuan(chance).replace(",", "")


def _digits(chance: Chance, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _credit_code(chance: Chance) -> str:
    """统一社会信用代码, of a village (N2, 54) or a firm (91), the rest by chance."""
    kind = chance.choice(["N2330327", "54330327", "91330327"])
    return kind + "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=10))


KINDS: Final[dict[str, Callable[[Chance], str]]] = {
    "金额": lambda c: f"收入 {_yuan(c)} 元",
    "一行金额": lambda c: "  ".join(_yuan(c) for _ in range(5)),
    "一行金额（无千分号）": lambda c: " ".join(_plain_yuan(c) for _ in range(5)),
    "明细一行": lambda c: f"{c.randint(1, 99)} {_day(c)} {_yuan(c)} {_day(c)}",
    "日期到日期": lambda c: f"{_day(c)} — {_day(c)} {c.randint(0, 23)}:{c.randint(0, 59):02}",
    "文号": lambda c: f"〔{c.randint(2015, 2026)}〕{c.randint(1, 300)}号 {_day(c)}",
    "项目代码": lambda c: f"{_digits(c, 4)}-330327-{_digits(c, 2)}-{_digits(c, 2)}-{_digits(c, 6)}",
    "合同编号": lambda c: f"HT-{_day(c).replace('-', '')}-{_digits(c, 4)}",
    "凭证号": lambda c: f"{_day(c).replace('-', '')}{_digits(c, 6)}",
    "数电发票号码": lambda c: f"{c.randint(23, 26)}33{_digits(c, 16)}",
    "发票代码和号码": lambda c: f"0330{_digits(c, 8)} {_digits(c, 8)}",
    "信用代码": _credit_code,
    "邮政编码和面积": lambda c: f"325800 {_plain_yuan(c)} 平方米 {c.randint(1, 999)} 亩",
    "村账号": lambda c: f"2010{_digits(c, 11)}",
}


def measured(count: int) -> dict[str, Counter[str]]:
    """By kind of text, how many of so many have a finding of each kind."""
    chance = Chance(SEED)
    return {
        name: Counter(
            kind for _ in range(count) for kind in {one.kind for one in scan.findings(make(chance))}
        )
        for name, make in KINDS.items()
    }


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else COUNT
    for name, found in measured(count).items():
        told = ", ".join(f"{kind} {number / count:.3%}" for kind, number in found.items())
        print(f"{name}: {told or '0'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
