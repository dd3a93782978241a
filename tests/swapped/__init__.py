"""Swapped provider models, as a site with its own client and token models has them."""
