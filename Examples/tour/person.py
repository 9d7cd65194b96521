"""One visitor of the tour."""

import secrets
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Person:
    name: str
    country: str
    home: str
    address: str
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18), repr=False)

    @property
    def first_name(self):
        return self.name.split()[0]
