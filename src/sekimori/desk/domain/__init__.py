"""The desk's rules, pure: free/busy, questions, policy, disclosure, and the use case over its ports."""
