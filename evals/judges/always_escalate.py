"""Asks a person in every case, with no cause and no correction."""

from __future__ import annotations

from agent.case.ruling import Verb

RULING = Verb.ASK
