"""Corrections (作废) of wrong stamps: proposed here, signed at the county, sent to machines."""
