"""The drill: techniques carried out in the simulator, and what the running watch says to them."""
