"""What Concord remembers: cases, decisions, postings and the audit of every change to them."""
