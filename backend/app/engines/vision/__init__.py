"""Looking at faces in films: whether there is one, whether it looks at the camera, what it does."""
