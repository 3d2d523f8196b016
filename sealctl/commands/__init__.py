"""The verbs of `sealctl`, one module an area: its `add` gives the verbs and what each does.

What is needed by one verb alone lies beside it.
"""
