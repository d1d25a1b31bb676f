"""Other documented systems: thin faces that translate and hold no rule of their own."""
