"""One folder per feature: its routes in `app.py`, what its pages show in `views.py`."""
