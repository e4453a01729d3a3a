"""The fields of a form, one for each kind of answer."""
