"""`make soak`: many events through the running local stack, and every one of them reconciled."""
