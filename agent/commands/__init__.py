"""The commands of ``concord``: one file each, found by walking."""
