"""Every sentence a chat reads. Pure."""
