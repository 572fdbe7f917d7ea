"""Files of somebody's film history: read from other services, written for them, taken back."""
