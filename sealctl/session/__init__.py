"""One stamp at the machine as a state machine: states, events, effects, and one pure step."""
