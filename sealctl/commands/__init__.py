"""Commands of `sealctl` that are more than one question to lockd: one file each."""
