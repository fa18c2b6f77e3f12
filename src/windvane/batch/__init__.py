"""The same tree over whole arrays, in float64: large tables (``score_columns``), draws with errors (``score_draws``), variants.

Nothing here sets an official rank; ``recheck`` sends what lies near a border back to the exact path.
"""

from windvane.batch.column_scores import ColumnScores, score_columns
from windvane.batch.columns import Columns
from windvane.batch.draws import DrawScores, score_draws
from windvane.batch.rechecks import recheck
from windvane.batch.variants import Variants, VariantScores

__all__ = ["ColumnScores", "Columns", "DrawScores", "VariantScores", "Variants", "recheck", "score_columns", "score_draws"]
