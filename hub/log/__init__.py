"""The township's log: a Merkle tree over entries and list versions, signed and published."""
