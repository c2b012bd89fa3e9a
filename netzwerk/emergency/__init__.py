"""What must be at hand when the office's network is gone (O-03)."""
