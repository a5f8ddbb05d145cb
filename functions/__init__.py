"""One folder per feature: its routes in `app.py`, what its pages show in `views.py`."""

import gc

# Nothing that is imported is garbage: looking for it during a cold start costs a tenth of it (bench: cold).
# `portal.coldstart.imported` switches the collector on again.
gc.disable()
