"""How far a system's clock is from Concord's."""

from __future__ import annotations

from datetime import timedelta

from agent.doctoring.finding import Finding, bad, fine, odd
from agent.doctoring.place import Site


def skew(site: Site, ahead: timedelta | None) -> Finding:
    """Compare a system's clock with Concord's, within what the plant tolerates."""
    what = site.what("clock")
    if ahead is None:
        return odd(what, "states no time, so it cannot be compared", "Compare the clocks by hand.")
    seconds = ahead.total_seconds()
    if abs(seconds) <= site.skew:
        return fine(what, f"within {site.skew:g} s of Concord's")
    side = "ahead of" if seconds > 0 else "behind"
    return bad(
        what,
        f"{abs(seconds):.0f} s {side} Concord's, {site.skew:g} s are tolerated",
        "Set both clocks by NTP; tolerances.clock_skew_seconds says how far apart they may be.",
    )
