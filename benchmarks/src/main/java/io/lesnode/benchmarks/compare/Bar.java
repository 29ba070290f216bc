package io.lesnode.benchmarks.compare;

/** What is demanded of us. */
sealed interface Bar {

  /** Our value is at most so much. */
  record AtMost(double limit) implements Bar {
    @Override
    public boolean isMet(double ours, double geth) {
      return ours <= limit;
    }

    @Override
    public String text() {
      return "≤ " + Figures.plain(limit);
    }
  }

  /** Our value is at most this part of geth's. */
  record RatioAtMost(double limit) implements Bar {
    @Override
    public boolean isMet(double ours, double geth) {
      return ours <= limit * geth;
    }

    @Override
    public String text() {
      return "≤ " + Figures.plain(limit) + "×";
    }
  }

  /** Our value is at least so many times geth's. */
  record RatioAtLeast(double limit) implements Bar {
    @Override
    public boolean isMet(double ours, double geth) {
      return ours >= limit * geth;
    }

    @Override
    public String text() {
      return "≥ " + Figures.plain(limit) + "×";
    }
  }

  /** Whether two medians meet it. */
  boolean isMet(double ours, double geth);

  /** How it is written in a table. */
  String text();
}
