"""The Lorentz-group-equivariant autoencoder of jets."""
