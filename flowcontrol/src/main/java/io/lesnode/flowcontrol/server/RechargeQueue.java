package io.lesnode.flowcontrol.server;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The clients that recharge, the one that becomes full next first; owned by the {@link
 * CreditManager}.
 *
 * <p>A binary heap in which every client knows its place, so that moving one costs no allocation.
 * The order is that of the integrals, which wrap around, and among equal ones that of queueing.
 */
final class RechargeQueue {

  private static final int INITIAL_CAPACITY = 16;

  private @Nullable ClientCredit[] clients = new @Nullable ClientCredit[INITIAL_CAPACITY];
  private int size;
  private long sequence;

  int size() {
    return size;
  }

  /** The client that becomes full next; only when there is one. */
  ClientCredit first() {
    return at(0);
  }

  /** Queues a client, which is not queued, by its integral. */
  void add(ClientCredit client) {
    if (size == clients.length) {
      clients = Arrays.copyOf(clients, 2 * size);
    }
    client.recharge.queueSequence = sequence++;
    place(client, size);
    up(size++);
  }

  /** Takes a client out, if it is queued. */
  void remove(ClientCredit client) {
    int index = client.recharge.queueIndex;
    if (index < 0) {
      return;
    }
    ClientCredit last = at(--size);
    clients[size] = null;
    client.recharge.queueIndex = -1;
    if (index < size) {
      place(last, index);
      down(index);
      up(index);
    }
  }

  private void up(int start) {
    int child = start;
    ClientCredit moved = at(child);
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (!isBefore(moved, at(parent))) {
        break;
      }
      place(at(parent), child);
      child = parent;
    }
    place(moved, child);
  }

  private void down(int start) {
    int parent = start;
    ClientCredit moved = at(parent);
    for (int child = 2 * parent + 1; child < size; child = 2 * parent + 1) {
      if (child + 1 < size && isBefore(at(child + 1), at(child))) {
        child++;
      }
      if (!isBefore(at(child), moved)) {
        break;
      }
      place(at(child), parent);
      parent = child;
    }
    place(moved, parent);
  }

  private static boolean isBefore(ClientCredit a, ClientCredit b) {
    long difference = a.recharge.fullIntegral - b.recharge.fullIntegral;
    return difference != 0 ? difference < 0 : a.recharge.queueSequence < b.recharge.queueSequence;
  }

  private void place(ClientCredit client, int index) {
    clients[index] = client;
    client.recharge.queueIndex = index;
  }

  @SuppressWarnings("NullAway") // places below size are taken
  private ClientCredit at(int index) {
    return clients[index];
  }
}
