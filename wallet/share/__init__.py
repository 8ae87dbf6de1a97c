"""What leaves the wallet: a signed presentation as a link, a QR code or a file."""
