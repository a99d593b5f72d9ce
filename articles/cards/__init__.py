"""Link cards: what another page says of itself, fetched once for the editors."""
