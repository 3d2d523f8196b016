"""Photos of invented papers, made by a seed, and what `evidence` says of them
(`make evidence`).
"""
