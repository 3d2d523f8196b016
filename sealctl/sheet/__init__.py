"""The acceptance sheet as a page to print and to sign by hand."""
