"""Which system is right about what, when they disagree.

The ERP is right about master data, planning and finance, the MES about execution and quantities
made, the maintenance system about assets. A plant may say otherwise, field by field.
"""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import Field

from tools.objects.reading import System
from tools.plant.section import Section

Owner: TypeAlias = Annotated[System, Field(strict=False)]


class Ownership(Section):
    """The system of record of each field."""

    material_master: Owner = Field(default=System.ERP, description="Material masters.")
    bill_of_material: Owner = Field(default=System.ERP, description="Bills of material.")
    routing: Owner = Field(default=System.ERP, description="Routings and recipes.")
    work_center: Owner = Field(default=System.ERP, description="Work centres and resources.")
    order_quantity: Owner = Field(default=System.ERP, description="How much an order shall make.")
    order_dates: Owner = Field(default=System.ERP, description="When an order shall start and end.")
    order_release: Owner = Field(default=System.ERP, description="Whether an order may run.")
    order_progress: Owner = Field(
        default=System.MES, description="How far an order's operations are."
    )
    order_completion: Owner = Field(default=System.ERP, description="Whether an order is finished.")
    yield_quantity: Owner = Field(default=System.MES, description="Good pieces made.")
    scrap_quantity: Owner = Field(default=System.MES, description="Pieces thrown away.")
    rework_quantity: Owner = Field(default=System.MES, description="Pieces to be reworked.")
    consumption: Owner = Field(default=System.MES, description="Components consumed.")
    activity_time: Owner = Field(default=System.MES, description="Labour and machine time.")
    line_stock: Owner = Field(default=System.MES, description="Stock beside the line.")
    store_stock: Owner = Field(default=System.ERP, description="Stock in the stores.")
    batch: Owner = Field(default=System.MES, description="Which batch was consumed and made.")
    inspection_result: Owner = Field(default=System.MES, description="Measured results.")
    usage_decision: Owner = Field(
        default=System.ERP, description="What becomes of an inspected lot."
    )
    hold: Owner = Field(default=System.MES, description="Holds set on the shop floor.")
    downtime: Owner = Field(default=System.MES, description="When a machine stood still.")
    cost_assignment: Owner = Field(default=System.ERP, description="Accounts and cost objects.")
    equipment: Owner = Field(default=System.CMMS, description="Asset masters.")
    maintenance_notification: Owner = Field(
        default=System.CMMS, description="Maintenance notifications."
    )
    maintenance_order: Owner = Field(
        default=System.CMMS, description="Maintenance orders and their work."
    )
    maintenance_window: Owner = Field(
        default=System.CMMS, description="When an asset is out of operation."
    )
