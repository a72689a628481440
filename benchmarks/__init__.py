"""What Concord costs, measured: one module per question, whose `main` returns its table."""
