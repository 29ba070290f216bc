package io.lesnode.benchmarks.load;

/**
 * Requests that are measured together: of one kind, for one number of items.
 *
 * @param kind what is asked for
 * @param amount how many items, at least one and no more than servers answer
 */
public record RequestShape(LoadKind kind, int amount) {

  /** Checks the range. */
  public RequestShape {
    if (amount < 1 || amount > kind.mostAmount()) {
      throw new IllegalArgumentException(
          "'"
              + kind.text()
              + ":"
              + amount
              + "' asks for none or too many items; a server answers 1"
              + " to "
              + kind.mostAmount()
              + " "
              + kind.text());
    }
  }

  /** As in a mix, for example {@code headers:192}. */
  @Override
  public String toString() {
    return kind.text() + ":" + amount;
  }
}
