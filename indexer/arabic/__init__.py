"""Analysis of Arabic: letters, tokens, folding, stems and the analyser. Independent of files and indexes."""
