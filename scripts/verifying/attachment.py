"""Takes the credential that is attached to a PDF out of it: the file on standard input, the credential on standard output."""

import io
import sys

import pikepdf

with pikepdf.open(io.BytesIO(sys.stdin.buffer.read())) as document:
    files = [(name, spec.get_file()) for name, spec in document.attachments.items()]
    [(name, file)] = [(name, file) for name, file in files if file.mime_type == "application/vc"]
    print(f"{name}, {file.mime_type}, {document.attachments[name].relationship}", file=sys.stderr)
    sys.stdout.buffer.write(file.read_bytes())
