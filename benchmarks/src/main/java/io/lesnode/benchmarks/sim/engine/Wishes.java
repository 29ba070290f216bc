package io.lesnode.benchmarks.sim.engine;

import java.util.Arrays;

/** Requests that came up and were not sent yet, in order; a ring of numbers. Not thread-safe. */
final class Wishes {

  /** The most; a user does not wait for more. */
  static final int MOST = 10_000;

  private static final int INITIAL_CAPACITY = 8;

  private long[] bornNanos = new long[INITIAL_CAPACITY];
  private int[] parts = new int[INITIAL_CAPACITY];
  private int first;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    first = 0;
    size = 0;
  }

  /** When the first came up. */
  long firstBornNanos() {
    return bornNanos[first];
  }

  /** The part of the mix that the first is of. */
  int firstPart() {
    return parts[first];
  }

  void removeFirst() {
    first = (first + 1) & (parts.length - 1);
    size--;
  }

  /** False if there are too many. */
  boolean addLast(int part, long atNanos) {
    if (size >= MOST) {
      return false;
    }
    grow();
    int place = (first + size) & (parts.length - 1);
    size++;
    parts[place] = part;
    bornNanos[place] = atNanos;
    return true;
  }

  void addFirst(int part, long atNanos) {
    grow();
    first = (first - 1) & (parts.length - 1);
    size++;
    parts[first] = part;
    bornNanos[first] = atNanos;
  }

  private void grow() {
    if (size < parts.length) {
      return;
    }
    int[] oldParts = parts;
    long[] oldTimes = bornNanos;
    parts = Arrays.copyOf(oldParts, 2 * size);
    bornNanos = Arrays.copyOf(oldTimes, 2 * size);
    for (int i = 0; i < size; i++) {
      int from = (first + i) & (size - 1);
      parts[i] = oldParts[from];
      bornNanos[i] = oldTimes[from];
    }
    first = 0;
  }
}
