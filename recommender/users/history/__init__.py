"""Files of viewing histories: reading the exports of other services, and writing."""
