"""The half that guards: records come in, findings go out."""
