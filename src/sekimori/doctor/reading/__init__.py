"""How facts are read: from Microsoft Graph, Azure Resource Manager, Slack, and by one real call."""
