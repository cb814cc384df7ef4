"""`make bench`: Pitchpit beside a bare application (the floor), on one machine, in one run, so that the ratio means something anywhere."""
