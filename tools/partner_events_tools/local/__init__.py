"""The whole system on this machine: an AWS emulator, the real template, a webhook receiver."""
