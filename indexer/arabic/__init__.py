"""Arabic: letters -> tokens -> folding -> stems -> the analyser. Knows nothing of files or indexes."""
