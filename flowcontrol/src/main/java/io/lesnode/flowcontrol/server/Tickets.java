package io.lesnode.flowcontrol.server;

/**
 * The admitted requests of one client that are not settled, by ticket: a hash table of primitive
 * numbers with linear probing; owned by its {@link ClientCredit}.
 *
 * <p>It holds as many as are unsettled at once, in whatever order they are settled, and allocates
 * only when there are more than ever before.
 */
final class Tickets {

  private static final int INITIAL_CAPACITY = 16;
  private static final long SPREAD = 0x9e3779b97f4a7c15L; // 2^64 / golden ratio

  // of a ticket: its number (0: free), its maximum cost, the sum of costs when it was admitted
  private long[] numbers = new long[INITIAL_CAPACITY];
  private long[] maxCosts = new long[INITIAL_CAPACITY];
  private long[] sumCosts = new long[INITIAL_CAPACITY];
  private int size;

  int size() {
    return size;
  }

  /** Adds a ticket, whose number is positive and new. */
  void add(long number, long maxCost, long sumCost) {
    if (2 * size >= numbers.length) {
      grow();
    }
    int place = home(number);
    while (numbers[place] != 0) {
      place = next(place);
    }
    numbers[place] = number;
    maxCosts[place] = maxCost;
    sumCosts[place] = sumCost;
    size++;
  }

  /** The place of a ticket, good until the next change; −1: there is none. */
  int find(long number) {
    for (int place = home(number); numbers[place] != 0; place = next(place)) {
      if (numbers[place] == number) {
        return place;
      }
    }
    return -1;
  }

  long maxCost(int place) {
    return maxCosts[place];
  }

  long sumCost(int place) {
    return sumCosts[place];
  }

  /** Removes the ticket at a place and closes the gap. */
  void remove(int place) {
    int gap = place;
    for (int from = next(gap); numbers[from] != 0; from = next(from)) {
      int wanted = home(numbers[from]);
      boolean mayMove =
          gap <= from ? (wanted <= gap || wanted > from) : (wanted <= gap && wanted > from);
      if (mayMove) {
        numbers[gap] = numbers[from];
        maxCosts[gap] = maxCosts[from];
        sumCosts[gap] = sumCosts[from];
        gap = from;
      }
    }
    numbers[gap] = 0;
    size--;
  }

  private void grow() {
    long[] oldNumbers = numbers;
    long[] oldMaxCosts = maxCosts;
    long[] oldSumCosts = sumCosts;
    numbers = new long[2 * oldNumbers.length];
    maxCosts = new long[2 * oldNumbers.length];
    sumCosts = new long[2 * oldNumbers.length];
    size = 0;
    for (int i = 0; i < oldNumbers.length; i++) {
      if (oldNumbers[i] != 0) {
        add(oldNumbers[i], oldMaxCosts[i], oldSumCosts[i]);
      }
    }
  }

  private int home(long number) {
    return (int) ((number * SPREAD) >>> 32) & (numbers.length - 1);
  }

  private int next(int place) {
    return (place + 1) & (numbers.length - 1);
  }
}
