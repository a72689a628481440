"""Concord's packages have plain names, in an environment of its own: no library may claim one."""

from importlib.metadata import packages_distributions


def test_no_installed_distribution_provides_one_of_our_packages(packages: set[str]) -> None:
    providers = packages_distributions()
    taken = {name: set(providers.get(name, ())) - {"concord-agent"} for name in packages}
    assert {name: others for name, others in taken.items() if others} == {}
