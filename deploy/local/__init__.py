"""A whole Callfleet on this machine: what deploy/demo and the end-to-end tests share. Std only."""
