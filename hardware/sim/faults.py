"""The menu of things that can be wrong with the simulated body. Calls nothing."""

from dataclasses import dataclass, fields


@dataclass
class Faults:
    """Set a field to True to break that part, to False to mend it."""

    lock_stuck: bool = False  # the bolt stays where it is, engaged or withdrawn
    press_sensor_stuck: bool = False  # a press stamps but is not sensed: no count, no relock by it
    no_ink: bool = False  # a press is sensed but leaves no impression
    head_silent: bool = False  # lock and head do not answer
    case_open: bool = False
    camera_gone: bool = False
    camera_stale: bool = False  # returns an old frame, against the port's promise
    camera_blurred: bool = False
    camera_dark: bool = False
    reader_gone: bool = False  # neither cards nor codes are read
    finger_gone: bool = False

    def set(self, name: str, *, value: bool) -> None:
        """Set one by name; KeyError when the menu has no such fault."""
        if name not in self.as_dict():
            raise KeyError(name)
        setattr(self, name, value)

    def as_dict(self) -> dict[str, bool]:
        return {field.name: getattr(self, field.name) for field in fields(self)}
