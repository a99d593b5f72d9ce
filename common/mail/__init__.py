"""Mail to the people of a site about what they are to do, as often as each of them chooses."""
