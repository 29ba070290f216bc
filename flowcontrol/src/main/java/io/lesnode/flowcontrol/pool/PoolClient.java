package io.lesnode.flowcontrol.pool;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A registered client; confined like its {@link ClientPool}. Outside it is a handle with a few
 * queries; the package-private fields belong to the pool and its queues.
 */
public final class PoolClient {

  /** Whose capacity it is when shares are kept back. */
  enum Kind {
    PRIORITY(0),
    FREE(1),
    OWN(2);

    static final int COUNT = 3;

    final int index;

    Kind(int index) {
      this.index = index;
    }
  }

  static final int ACTIVE = 1;
  static final int INACTIVE = 2;
  static final int PRIORITY = 4;

  private final ClientId id;
  private final String freeClientId;
  private final boolean reserved;
  private final long inactiveAllowanceNanos;
  private final PoolListener listener;

  /** Null before the client entered and after it left. */
  @Nullable ClientBalance openBalance;

  private PriceFactors positiveFactors = PriceFactors.FREE;
  private PriceFactors negativeFactors = PriceFactors.FREE;

  boolean registered = true;
  int flags;
  long capacity;
  DropReason dropReason = DropReason.FULL;

  // the priority pool's
  Kind kind = Kind.FREE;
  boolean connected;
  long committedCapacity;
  boolean temporary;
  long temporaryCapacity;
  long minTarget;
  long stepDivisor;
  long biasNanos;
  @Nullable IndexedHeap<PoolClient> activeHeap;
  int activeIndex = -1;
  @Nullable IndexedHeap<PoolClient> inactiveHeap;
  int inactiveIndex = -1;

  final Timers.Timer inactiveTimeout;
  final Timers.Timer graceTimer;
  long graceNanos;

  PoolClient(
      ClientId id,
      String freeClientId,
      boolean reserved,
      long inactiveAllowanceNanos,
      PoolListener listener,
      Runnable onTimeout,
      Consumer<PoolClient> onGraceOver) {
    this.id = id;
    this.freeClientId = freeClientId;
    this.reserved = reserved;
    this.inactiveAllowanceNanos = inactiveAllowanceNanos;
    this.listener = listener;
    inactiveTimeout = new Timers.Timer(onTimeout);
    graceTimer = new Timers.Timer(() -> onGraceOver.accept(this));
  }

  /** The node id. */
  public ClientId id() {
    return id;
  }

  /** What its negative balance is stored under. */
  public String freeClientId() {
    return freeClientId;
  }

  /** Whether it is one of the operator's own. */
  public boolean reserved() {
    return reserved;
  }

  /** The capacity; 0 when it is not active. */
  public long capacity() {
    return capacity;
  }

  /** Whether it has capacity. */
  public boolean isActive() {
    return (flags & ACTIVE) != 0;
  }

  /** Whether it waits for capacity. */
  public boolean isInactive() {
    return (flags & INACTIVE) != 0;
  }

  /** Whether it has tokens. */
  public boolean hasPriority() {
    return (flags & PRIORITY) != 0;
  }

  /** Whether it was not unregistered yet. */
  public boolean isRegistered() {
    return registered;
  }

  long inactiveAllowanceNanos() {
    return inactiveAllowanceNanos;
  }

  PoolListener listener() {
    return listener;
  }

  /** Closes the balance but remembers the prices, for requests that are still being served. */
  void leave() {
    ClientBalance open = balance();
    positiveFactors = open.positiveFactors();
    negativeFactors = open.negativeFactors();
    openBalance = null;
  }

  ClientBalance balanceOfLeft(BalanceBook book) {
    ClientBalance stored = new ClientBalance(book, id, freeClientId, null);
    stored.setFactors(positiveFactors, negativeFactors);
    return stored;
  }

  ClientBalance balance() {
    ClientBalance open = openBalance;
    if (open == null) {
      throw new IllegalStateException("Client " + id + " is not registered");
    }
    return open;
  }
}
