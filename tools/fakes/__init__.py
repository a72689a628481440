"""Fakes of every port, answering from a plant book: a plant in memory, without protocols.

They ship because everything above the ports is tested with them. The contract suite holds them to
the same sentences as the wrappers.
"""
