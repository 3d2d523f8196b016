"""The menu of the staff pages: what each office's holders are led to."""
