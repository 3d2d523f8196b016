"""The types of python-tuf and securesystemslib that lists are made of, under one roof.

Calls only those two packages: the only place where they are imported. They re-export their
public names without saying so, which strict typing does not follow.
"""

from typing import TypeVar

from securesystemslib.formats import encode_canonical
from securesystemslib.signer import (  # type: ignore[attr-defined]
    CryptoSigner,
    Key,
    SecretsHandler,
    Signature,
    Signer,
    SSlibKey,
)
from tuf.api.exceptions import LengthOrHashMismatchError
from tuf.api.metadata import (  # type: ignore[attr-defined]
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Role,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
    VerificationResult,
)

__all__ = [
    "CryptoSigner",
    "DelegatedRole",
    "Delegations",
    "Key",
    "LengthOrHashMismatchError",
    "MetaFile",
    "Metadata",
    "Part",
    "Role",
    "Root",
    "SSlibKey",
    "SecretsHandler",
    "Signature",
    "Signer",
    "Snapshot",
    "TargetFile",
    "Targets",
    "Timestamp",
    "VerificationResult",
    "encode_canonical",
]

Part = TypeVar("Part", Root, Timestamp, Snapshot, Targets)
