"""The township's end of a USB stick: takes in what machines put there, gives back what they need.

Matter without tables of its own: entries go to ingest through its spool, photos to the blob store.
"""
