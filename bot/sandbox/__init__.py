"""A loopback exchange and a loopback Telegram. Imports nothing of the bot."""
