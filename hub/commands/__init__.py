"""The verbs of `sealhub`, one module an area: its words, and what each verb hands to the hub.

An area has `add(commands)` and `ERRORS`, the errors of its own that carry a sentence, by module and
name, so that nothing of the hub is imported before a verb is chosen.
"""
