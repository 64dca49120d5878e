// Compiled for its precompiled header alone; every room reuses that.
