package io.lesnode.flowcontrol.pool;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A binary heap whose items know their place, so that any of them can be taken out; the highest
 * priority comes first.
 *
 * <p>The order among equal priorities is that of Go's container/heap, because it decides which of
 * two equal clients is dropped and recorded runs of geth show it.
 */
final class IndexedHeap<T> {

  /** Is told where an item is now; −1: no longer in the heap. */
  interface Place<T> {
    void moved(T item, int index);
  }

  private static final int INITIAL_CAPACITY = 16;

  private final Place<T> place;
  private @Nullable Object[] items = new @Nullable Object[INITIAL_CAPACITY];
  private long[] priorities = new long[INITIAL_CAPACITY];
  private int size;

  IndexedHeap(Place<T> place) {
    this.place = place;
  }

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The highest priority; only when the heap is not empty. */
  long topPriority() {
    return priorities[0];
  }

  void push(T item, long priority) {
    if (size == priorities.length) {
      items = Arrays.copyOf(items, 2 * size);
      priorities = Arrays.copyOf(priorities, 2 * size);
    }
    items[size] = item;
    priorities[size] = priority;
    place.moved(item, size);
    up(size++);
  }

  /** The item with the highest priority, which stays; only when the heap is not empty. */
  T top() {
    return item(0);
  }

  /** Takes out the item with the highest priority; only when the heap is not empty. */
  T pop() {
    swap(0, size - 1);
    down(0, size - 1);
    return removeLast();
  }

  /** Takes out the item at an index. */
  T remove(int index) {
    int last = size - 1;
    if (index != last) {
      swap(index, last);
      if (!down(index, last)) {
        up(index);
      }
    }
    return removeLast();
  }

  private T removeLast() {
    T item = item(--size);
    items[size] = null;
    place.moved(item, -1);
    return item;
  }

  private void up(int start) {
    int child = start;
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (priorities[child] <= priorities[parent]) {
        return;
      }
      swap(parent, child);
      child = parent;
    }
  }

  private boolean down(int start, int end) {
    int parent = start;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= end) {
        break;
      }
      if (child + 1 < end && priorities[child + 1] > priorities[child]) {
        child++;
      }
      if (priorities[child] <= priorities[parent]) {
        break;
      }
      swap(parent, child);
      parent = child;
    }
    return parent > start;
  }

  private void swap(int i, int j) {
    T first = item(i);
    T second = item(j);
    long priority = priorities[i];
    items[i] = second;
    priorities[i] = priorities[j];
    place.moved(second, i);
    items[j] = first;
    priorities[j] = priority;
    place.moved(first, j);
  }

  @SuppressWarnings({"unchecked", "NullAway"}) // only items below size are read, and those are T
  private T item(int index) {
    return (T) items[index];
  }
}
