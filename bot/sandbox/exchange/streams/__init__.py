"""What the venues push over websockets."""
