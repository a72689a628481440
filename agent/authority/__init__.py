"""What the agent and each person may do: Cedar policies, one language for both."""
