"""The fields of a form: what was typed comes out raw, as `protocol.catalogue.forms` takes it."""
