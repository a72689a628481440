"""Generated cases for calibration: situations drawn by rules of their own, with oracle labels.

One module for each playbook, where the playbook lies (``generator/production/…``), found by
walking. What is right follows from how a situation was made, never from the agent's code: nothing
here knows weighing, remedies or checks.
"""
