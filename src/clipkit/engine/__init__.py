"""The only room that imports `av`: it measures media and turns a Plan into a verified file."""
