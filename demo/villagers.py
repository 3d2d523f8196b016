"""The villagers' side of the demo: what its people publish, take in, ask and report, once.

Calls demo. Everything goes by the sites' own pages, as its people do it; what an earlier run did is
not done again.
"""

from functools import partial

from demo.cast import VILLAGE
from demo.days import today
from demo.deeds import Deeds
from demo.editions import editions
from demo.first_stamp import Clockwork
from demo.kept import Kept
from demo.processes import wait_until
from demo.state import DemoState


def make(state: DemoState) -> Kept:
    """All of it, where it is not there yet; raises DemoError."""
    kept, clock, deeds = Kept.load(state.var), Clockwork(), Deeds(state)
    if "whole" in kept.done:
        return kept
    print("村民看得到的 · what villagers see", flush=True)
    with clock.step("孙八填写三务公开，王五审核签名", "disclosure published, reviewed by passkey"):
        for one in editions(today()):
            kept.once(one.key, partial(deeds.publish, one))
        kept.once("late", deeds.leave_late)
    with clock.step("村民提问，村里答复，上回音壁", "a question answered, in public"):
        kept.once("question", deeds.ask)
        kept.once("answers", deeds.answer)
    with clock.step("冯十二导入扶贫表，印户卡", "relief taken in, cards printed"):
        for name, act in deeds.relief().items():
            kept.once(name, act)
    with clock.step("村民反映一件事，约好一次办事", "a report, an appointment"):
        kept.once("report", deeds.report)
        kept.once("appointment", deeds.appointment)
    with clock.step("村民公开页已显示", "on the villagers' pages"):
        shown = f"/v/{VILLAGE}/answers/"
        wait_until(lambda: "回音壁（示例）" in deeds.public.get(shown), 30, f"{shown} is old")
    kept.once("whole", lambda: None)
    return kept
