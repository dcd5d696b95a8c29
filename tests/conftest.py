"""How all tests run: examples of property tests are not timed, since other work on the machine would fail them."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
