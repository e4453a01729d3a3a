"""Public services as the catalogue describes them: their files, forms, fees and the needs that lead to them."""
