"""Playbooks about records that one system has and another lacks, or keeps otherwise."""
