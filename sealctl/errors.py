"""Why a process of the machine cannot start. Calls nothing."""


class StartError(Exception):
    """`code` is of the refusals' table, `detail` is for the log.

    `final`: whoever supervises the process is not to start it again before a person was there.
    """

    def __init__(self, code: str, detail: str, *, final: bool = False) -> None:
        super().__init__(f"{code}: {detail}")
        self.final = final
        self.code = code
        self.detail = detail
