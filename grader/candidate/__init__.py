"""The only code of ours inside a candidate: everything here is under the student's control
once their file is imported, so nothing here decides anything."""
