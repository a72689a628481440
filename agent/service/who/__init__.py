"""Who is there, and what they may do: sessions, keys, tokens, and the door that asks authority."""
