"""Which of a pair's many subscriptions a mark price could mean anything to."""
