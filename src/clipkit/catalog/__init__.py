"""The contracts of the collections: effect, layout, transition, target. Pure, and cheap to import."""
