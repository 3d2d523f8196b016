"""The USB stick as files, for the machine's courier and the township's: read without trust, written
so that pulling it out at any moment does no harm.
"""
