"""The edge: takes signals at the plant while the core is out of reach, and hands them on."""
