"""Settings that all tests share."""

from hypothesis import settings

# A busy machine must not fail a property by its clock.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
