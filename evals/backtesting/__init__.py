"""Backtesting: what another judge or other policies would have made of cases that are closed."""
