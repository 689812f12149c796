"""What is asked of a torch network itself: relevance of its inputs, and which nodes work."""
