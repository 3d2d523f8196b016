"""Why a process of the machine cannot start. Calls nothing."""


class StartError(Exception):
    """`code` is of the refusals' table, `detail` (English) is for the log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
