"""What a person runs: the local stack and the operator's command line."""
