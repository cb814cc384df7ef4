"""What an approved or supported proposal becomes: the work, its roles, milestones, check-ins and money."""
