"""Looks for the line of a student's file that is wrong: small changes are tried until one makes a call's
value right. It runs in a candidate's process and knows no right value: its caller compares."""
