"""Public texts read aloud: numbers as people say them, and clips that old phones play."""
