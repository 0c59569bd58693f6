"""The file formats, one module each. `registry` lists them."""
