"""What has been kept as long as the officers want is named in the log, and then erased."""
