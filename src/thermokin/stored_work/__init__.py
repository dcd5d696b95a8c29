"""Work that a state holds: ergotropy with its parts, passive states, and how a battery is charged."""
