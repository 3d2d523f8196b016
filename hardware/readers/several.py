"""Several readers as one. Calls hardware.ports."""

from collections.abc import Sequence

from hardware.ports import CardReader, HardwareError


class SeveralReaders:
    """Satisfies ports.CardReader with the first reader that has something.

    One that fails does not silence the others; its HardwareError is raised when none of them has
    anything.
    """

    def __init__(self, readers: Sequence[CardReader]) -> None:
        self._readers = tuple(readers)

    def read(self) -> str | None:
        failures: list[HardwareError] = []
        for reader in self._readers:
            try:
                text = reader.read()
            except HardwareError as error:
                failures.append(error)
                continue
            if text is not None:
                return text
        if failures:
            raise failures[0]
        return None
