"""What can be answered without a model: one file per question, found by walking."""
