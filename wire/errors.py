"""The one error of everything that is decoded or verified here. Calls nothing."""


class WireError(ValueError):
    """Bytes are not what they should be; `code` names the part, `detail` (English) is for logs.

    Codes: cbor, frame, topic, signature, envelope, entry, commitment, chain, assertion, subject,
    list, message, carried, tlog, stamp.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
