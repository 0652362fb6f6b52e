"""A Telegram bot that computes liquidation maps and warns when price nears a dense zone."""
