"""The heatmap: time by price."""
