"""Tools of the build, not part of what is deployed."""
