"""The text recognition engine: RapidOCR, whose models are in its wheel, on one core. The one file
that knows it. Calls `hub.reading.text`.
"""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hub.reading.text import Line

LONGEST: Final = 2400
"""Pixels; a sheet of 1680×2376 is read as it is."""


class EngineMissingError(Exception):
    """The engine is not installed."""


def lines(picture: npt.NDArray[np.uint8]) -> list[Line]:
    """The lines of print in a grey picture, black on white. Raises EngineMissingError."""
    read = _engine()(np.repeat(picture[:, :, None], 3, axis=2))
    if read.boxes is None:
        return []
    return [
        _line(text, float(score), box)
        for text, score, box in zip(read.txts, read.scores, read.boxes, strict=True)
    ]


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr import RapidOCR
    except ImportError as error:
        raise EngineMissingError(str(error)) from error
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.use_cls": False,
            "Global.log_level": "error",
            "Global.max_side_len": LONGEST,
        }
    )


def _line(text: str, score: float, box: npt.NDArray[np.float32]) -> Line:
    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
    return Line(text, score, float(left), float(top), float(right), float(bottom))
