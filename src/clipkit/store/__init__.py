"""What clipkit keeps on disk: files that appear whole or not at all, and drafts."""
