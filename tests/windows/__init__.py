"""`make test-windows`: the setup program and what it installs, under wine. Only that runs the files wine_*."""
