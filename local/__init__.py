"""`python -m local`: the whole template.yaml on this machine, on an embedded emulator. No part of the product."""
