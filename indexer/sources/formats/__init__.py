"""The formats of files. One module a format; `registry` lists them."""
