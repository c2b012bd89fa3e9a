"""`make bench`: speed and memory as ratios, everything measured in one run on this machine. Never a test."""
