"""Where whom the demo shows what: the addresses that `make demo` prints, by who uses them.

Calls demo.cast and demo.state.
"""

from collections.abc import Mapping

from demo.cast import VILLAGE
from demo.editions import HELPED
from demo.state import DemoState

TEXT = """
村民 villagers（不用登录 no log-in）
  村里的公开 village's page   {public}/v/{village}/
  查自己家的扶贫 relief        {public}/relief/
      试一试 try: {name}，户卡编号 card {card}
  监察站直通车 hotline         {hotline}/
      示例反映的查询编号 an example report: {report}
  查真假 verify a stamp        {county}/verify/

村镇干部 staff
  乡镇平台 township hub        {hub}/
      孙八 填写公开、用印申请 publishes, files    王五 审核公开 reviews
      李四、张三 审批用印 approve                 冯十二 扶贫、值班 relief, duty
  印章机屏幕 the machine       {panel}/  钱七，密码 PIN {pin}
  人和纸 people and paper      {people}/  放纸到机器里 lays paper in it
  我签过的 what a key signed   {county}/history/

监督 inspectors
  乡镇平台 township hub        {hub}/
      吴十（镇纪委）看举报、记录、报警 reports, records, alarms

登录：在乡镇平台写姓名，按“用通行密钥登录”；换人先按“退出”。
To log in: type the name, press the button; 退出 logs out.
所有进程用同一个系统用户运行，互不隔离。 All processes run as one user here.
按 Ctrl-C 结束。 Ctrl-C ends all of it."""


def told(state: DemoState, codes: Mapping[str, str]) -> str:
    """For the terminal; `codes` are those that the demo's villagers were given."""
    return TEXT.format(
        **state.origins,
        village=VILLAGE,
        name=HELPED[0][0],
        card=codes["card"],
        report=codes["report"],
        pin=state.person("p-qian").pin,
    )
