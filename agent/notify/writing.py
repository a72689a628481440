"""Makes of an event what is sent along a route: a card or a signed event, with address and id."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from standardwebhooks.webhooks import Webhook

from agent.ingress.signatures import secret_of
from agent.notify import teams, webhook
from agent.notify.links import Links
from agent.notify.lint import faults
from agent.notify.post import Parcel
from agent.notify.told import Told, concerned
from agent.records.outbox import Event
from agent.settings import SettingsRefused
from tools.plant.model import Plant
from tools.plant.notify import Route, TeamsRoute, WebhookRoute

HEADERS = {"content-type": "application/json; charset=utf-8"}


class NotSendable(ValueError):
    """The route or the card is not right; whoever runs Concord mends it."""


@dataclass(frozen=True)
class Writing:
    """Writes what is sent.

    Args:
        plants: The plants by their codes.
        env: The environment that holds addresses and secrets.
        links: What makes links.
        clock: The time that signatures name.
    """

    plants: Mapping[str, Plant]
    env: Mapping[str, str]
    links: Links
    clock: Callable[[], datetime]

    def routes_of(self, event: Event) -> list[str]:
        """Return the routes an event goes by."""
        plant = self.plants.get(event.plant)
        if plant is None:
            return []
        return [
            f"{plant.code}/{route.name}"
            for route in plant.notify.routes
            if route.wants(event.topic, concerned(event), event.criticality)
        ]

    def route(self, name: str) -> tuple[Plant, Route] | None:
        """Return a route by its name, such as ``1010/planners``, if there is still one."""
        code, _, rest = name.partition("/")
        plant = self.plants.get(code)
        routes = plant.notify.routes if plant else ()
        return next(((plant, one) for one in routes if plant and one.name == rest), None)

    def parcel(self, told: Told, plant: Plant, route: Route) -> Parcel:
        """Return an event as it is sent along a route.

        Raises:
            NotSendable: The route lacks something, or the card would not be shown.
        """
        url = self._variable(route.url_env)
        link = self.links.to(told.case, told.at)
        match route:
            case TeamsRoute():
                shown = link if link is not None and link.startswith("https://") else None
                card = teams.message(told, plant, shown)
                if wrong := faults(card):
                    raise NotSendable("; ".join(wrong))
                return Parcel(url, webhook.body(card), HEADERS, route.internal)
            case WebhookRoute():
                content = webhook.body(webhook.event(told, plant, link))
                signed = webhook.headers(told.event, content, self.secrets(route), self.clock())
                return Parcel(url, content, signed, route.internal)
            case _:
                assert_never(route)

    def secrets(self, route: WebhookRoute) -> list[Webhook]:
        """Return the secrets a route signs with.

        Raises:
            NotSendable: There is none, or one that is none.
        """
        words = self._variable(route.secret_env).split()
        try:
            return [secret_of(word, route.secret_env) for word in words]
        except SettingsRefused as error:
            raise NotSendable(str(error)) from error

    def _variable(self, name: str) -> str:
        value = self.env.get(name, "").strip()
        if not value:
            raise NotSendable(f"the environment has no {name}")
        return value
