"""The machine's durable state: one SQLite file, one writer, nothing ever changed or removed."""
