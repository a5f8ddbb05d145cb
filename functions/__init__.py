"""One folder per feature: its routes in `app.py`, what its pages show in `views.py`."""

import gc

# Nothing that is imported is garbage; looking for it would lengthen every cold start.
# `portal.coldstart.imported` switches the collector on again.
gc.disable()
