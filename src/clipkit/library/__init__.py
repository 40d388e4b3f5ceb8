"""What lies in folders as data: filters, tracks, targets."""
