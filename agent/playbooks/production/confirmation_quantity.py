"""Confirmation quantity: yield, scrap or rework of shop floor and ERP differ for one confirmation.

Seen when    an operation's confirmed quantities differ between MES and ERP beyond the tolerance, more
             is confirmed than the order allows, the order's quantity was changed meanwhile, or scrap
             was booked in the ERP beside the shop floor's own report.
Settled by   cancelling the wrong confirmation and posting the right one anew, on the side that is
             wrong; with the scrap movement for pieces that are already in stock.
Never        overwrites a quantity, invents one no system reported, or decides which of two plausible
             numbers is true where neither plan nor ownership tells.
"""

from __future__ import annotations

