"""The report of an interview as PDF: what stands in it (`content`), its charts (`drawings`), how it looks
(`report.typ`), and who gets which (`pdf_service`)."""
