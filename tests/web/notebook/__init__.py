"""A face as somebody would add it: one folder that uses the services through the web floor."""
