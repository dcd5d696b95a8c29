"""What a system at rest answers to: two-time correlations, susceptibilities, spectra of emission."""
