"""The only code of ours that runs inside a candidate, the process that runs a student's code.

Once the student's file is imported, that file controls everything here. So no code here decides a result."""
