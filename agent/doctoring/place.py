"""A system as the plant file describes it, and what an integrator would change there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from agent.doctoring.finding import Finding, bad
from tools.errors import Denied, Failed, Misread, NotFound, NotOffered, ToolError, Unavailable
from tools.plant.systems import Auth, BasicAuth, OAuth2Auth, Reachable, TokenAuth


@dataclass(frozen=True)
class Site:
    """One system of one plant.

    Args:
        plant: The plant's code.
        name: What people call the system.
        section: The table of the plant file that describes it.
        place: What that table says.
        skew: How many seconds its clock may be from Concord's.
    """

    plant: str
    name: str
    section: str
    place: Reachable
    skew: float

    def what(self, aspect: str) -> str:
        """Name one aspect of the system, as a line of the report begins."""
        return f"{self.plant} {self.name} {aspect}"

    @property
    def address(self) -> str:
        """What holds its address."""
        if self.place.url_env is None:
            return f"{self.section}.url"
        return f"{self.place.url_env} ({self.section}.url_env)"

    @property
    def secrets(self) -> str:
        """What holds its credentials."""
        return f"{_variables(self.place.auth)} ({self.section}.auth)"

    def trouble(self, aspect: str, error: ToolError) -> Finding:
        """Return a failure to get an answer, with how to mend it."""
        return bad(self.what(aspect), str(error), self._mend(error))

    def _mend(self, error: ToolError) -> str:
        match error:
            case Failed():
                return f"{self.name} broke down over a read: look into its own log."
            case Unavailable():
                return f"Start {self.name} and look at the network, or correct {self.address}."
            case Denied():
                return f"Correct {self.secrets}, or give that user the right."
            case NotFound() | NotOffered():
                return f"Correct the path in {self.address}, or publish the service there."
            case Misread():
                return f"Something else answers, such as a login page: correct {self.address}."
            case _:
                return f"Look at what {self.name} answered."


def _variables(auth: Auth) -> str:
    match auth:
        case BasicAuth():
            return f"{auth.user_env} and {auth.password_env}"
        case OAuth2Auth():
            return f"{auth.client_id_env} and {auth.client_secret_env}"
        case TokenAuth():
            return auth.token_env
        case _ as unreachable:
            assert_never(unreachable)
