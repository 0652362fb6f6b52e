"""Every sentence a chat reads. Pure; Telegram HTML, outside text escaped."""
