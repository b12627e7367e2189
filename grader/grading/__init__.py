"""One submission against one pack: the client of a runner, submissions, reports, disclosure."""
