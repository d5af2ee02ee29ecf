"""Care plans: proposed by the engine, reviewed by a therapist, read by the client."""
