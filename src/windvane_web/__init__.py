"""windvane_web: the bureau. People, states and an audit trail around the engine; nothing here computes a point."""
