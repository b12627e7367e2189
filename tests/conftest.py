"""What all tests share: how long property tests look."""

from hypothesis import settings

settings.register_profile("usual", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=5_000)  # make fuzz
settings.load_profile("usual")
