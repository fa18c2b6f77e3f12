"""windvane (风向标): annual comprehensive assessment of government agencies."""
