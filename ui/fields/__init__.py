"""The fields of a form: what was typed comes out raw, as `kiosk.service.forms` takes it."""
