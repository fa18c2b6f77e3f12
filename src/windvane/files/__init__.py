"""The only place that opens files: schemes, facts, target books and scores as YAML, csv, xlsx and parquet."""
