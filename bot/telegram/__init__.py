"""Commands and buttons: a word or a tap becomes a row or a reply."""
