"""The verbs by which a plant gets out of step, one module each, found by walking.

A change is plain data, so that scenarios and golden cases say it alike::

    {"do": "erp_stock", "material": "RM-SEAT-S", "location": "0002", "quantity": 12}

``changes.play`` makes a list of them happen in a world.
"""
