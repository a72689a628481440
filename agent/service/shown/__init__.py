"""What pages show: pure, from records to what a template only has to lay out."""
