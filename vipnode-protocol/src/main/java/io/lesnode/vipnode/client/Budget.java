package io.lesnode.vipnode.client;

import io.lesnode.primitives.rlp.RlpException;
import io.lesnode.primitives.rlp.RlpReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.rlp.RLPWriter;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Keeps what is spent within what the user allows. Confined to its owner; times are Unix seconds.
 *
 * <p>The law: in any span of time as long as the period, no more is paid than the amount, whatever
 * servers say and whenever this process dies. It holds because money is counted <i>before</i> it is
 * paid: {@link #reserve} counts, the owner makes {@link #encoded} durable, and only then a payment
 * is signed. A crash between the two leaves something counted that was never paid; never the
 * opposite. What is counted leaves the span only when it is a period old; spending of the same
 * server that lies near together is merged into the later time, which errs to the safe side too.
 *
 * <p>How much one server gets ahead grows with what it delivered: it starts at a quarter of an hour
 * of the smallest capacity, doubles after each purchase that brought what was bought, and halves
 * after each broken promise. A thief takes one such amount once.
 */
public final class Budget {
  /** Stands for the fees of our transactions, which go to no server. */
  public static final Bytes32 FEES = Bytes32.ZERO;

  private static final int VERSION = 1;
  private static final int MERGED_SPANS = 128;
  private static final int MAX_SPENDINGS = 4_096;
  private static final int MAX_TRUSTS = 1_024;

  private record Spending(Bytes32 server, long atSeconds, UInt256 amountWei) {}

  private final List<Spending> spendings = new ArrayList<>();
  private final Map<Bytes32, Trust> trusts = new HashMap<>();
  private BudgetRules rules;
  private long newestSeconds;

  /** Nothing spent yet. */
  public Budget(BudgetRules rules) {
    this.rules = rules;
  }

  /** The user's limits. */
  public BudgetRules rules() {
    return rules;
  }

  /** Changes the limits; what was spent stays counted. */
  public void change(BudgetRules newRules) {
    rules = newRules;
  }

  /** What may still be spent now, all servers together. */
  public UInt256 leftWei(long nowSeconds) {
    return minus(rules.amountWei(), spentWei(nowSeconds));
  }

  /** What was spent in the period that ends now. */
  public UInt256 spentWei(long nowSeconds) {
    return sum(Optional.empty(), nowSeconds);
  }

  /** What was paid to a server in the period that ends now. */
  public UInt256 spentWei(Bytes32 server, long nowSeconds) {
    return sum(Optional.of(server), nowSeconds);
  }

  /**
   * How much a server may be paid ahead now: within its trust, its share and what is left.
   *
   * @param firstWei what a server that was never dealt with may get
   */
  public UInt256 prepayWei(Bytes32 server, UInt256 firstWei, long nowSeconds) {
    Trust trust = trusts.get(server);
    UInt256 most = least(trust == null ? firstWei : trust.prepayWei(), rules.maxPrepayWei());
    most = least(most, minus(rules.perServerWei(), spentWei(server, nowSeconds)));
    return least(most, leftWei(nowSeconds));
  }

  /**
   * Counts an amount as paid. It must be durable before it is paid.
   *
   * @return false if it is above what may be spent; then nothing is counted
   */
  public boolean reserve(Bytes32 server, UInt256 amountWei, long nowSeconds) {
    boolean fees = server.equals(FEES);
    UInt256 serversLeft = minus(rules.perServerWei(), spentWei(server, nowSeconds));
    if (amountWei.isZero()
        || amountWei.compareTo(leftWei(nowSeconds)) > 0
        || (!fees && amountWei.compareTo(serversLeft) > 0)
        || spendings.size() >= MAX_SPENDINGS) {
      return false;
    }
    long at = Math.max(nowSeconds, newestSeconds);
    newestSeconds = at;
    count(server, at, amountWei);
    Trust trust = trusts.get(server);
    if (trust != null) {
      trusts.put(server, trust.paid(amountWei, at));
    }
    return true;
  }

  /** Takes back what was reserved last for a server and of which surely nothing was signed. */
  public void release(Bytes32 server, UInt256 amountWei) {
    for (int i = spendings.size() - 1; i >= 0; i--) {
      Spending spending = spendings.get(i);
      if (spending.server().equals(server) && spending.amountWei().compareTo(amountWei) >= 0) {
        UInt256 left = spending.amountWei().subtract(amountWei);
        if (left.isZero()) {
          spendings.remove(i);
        } else {
          spendings.set(i, new Spending(server, spending.atSeconds(), left));
        }
        trusts.computeIfPresent(server, (id, trust) -> trust.unpaid(amountWei));
        return;
      }
    }
  }

  /** Starts to deal with a server, with this much ahead if it is new. */
  public void meet(Bytes32 server, UInt256 firstWei, long nowSeconds) {
    if (!trusts.containsKey(server)) {
      if (trusts.size() >= MAX_TRUSTS) {
        forgetOne();
      }
      trusts.put(server, new Trust(firstWei, UInt256.ZERO, 0, 0, nowSeconds));
    }
  }

  /** A purchase brought what was bought: the next may be twice as large. */
  public void onSatisfied(Bytes32 server) {
    trusts.computeIfPresent(
        server,
        (id, trust) ->
            trust.prepayWei().compareTo(rules.maxPrepayWei()) < 0
                ? trust.doubled()
                : trust.satisfiedAgain());
  }

  /** A server broke a promise: the next purchase is half as large. */
  public void onFault(Bytes32 server) {
    trusts.computeIfPresent(server, (id, trust) -> trust.halved());
  }

  /** What is known of a server; empty if it was never dealt with. */
  public Optional<Trust> trust(Bytes32 server) {
    return Optional.ofNullable(trusts.get(server));
  }

  private void count(Bytes32 server, long at, UInt256 amountWei) {
    spendings.removeIf(spending -> spending.atSeconds() <= at - rules.periodSeconds());
    long span = Math.max(1, rules.periodSeconds() / MERGED_SPANS);
    UInt256 merged = amountWei;
    for (int i = spendings.size() - 1; i >= 0; i--) {
      Spending spending = spendings.get(i);
      if (spending.server().equals(server) && spending.atSeconds() / span == at / span) {
        merged = merged.add(spending.amountWei());
        spendings.remove(i);
      }
    }
    spendings.add(new Spending(server, at, merged));
  }

  private UInt256 sum(Optional<Bytes32> server, long nowSeconds) {
    long now = Math.max(nowSeconds, newestSeconds);
    UInt256 sum = UInt256.ZERO;
    for (Spending spending : spendings) {
      if (spending.atSeconds() > now - rules.periodSeconds()
          && (server.isEmpty() || server.get().equals(spending.server()))) {
        sum = sum.add(spending.amountWei());
      }
    }
    return sum;
  }

  private void forgetOne() {
    trusts.entrySet().stream()
        .min(Comparator.comparingLong(entry -> entry.getValue().usedSeconds()))
        .map(Map.Entry::getKey)
        .ifPresent(trusts::remove);
  }

  /** All that must survive a restart; the rules are the user's and come from outside. */
  public Bytes encoded() {
    return RLP.encodeList(
        fields -> {
          fields.writeInt(VERSION);
          fields.writeLong(newestSeconds);
          fields.writeList(
              spendings,
              (writer, spending) ->
                  writer.writeList(
                      entry -> {
                        entry.writeValue(spending.server());
                        entry.writeLong(spending.atSeconds());
                        entry.writeUInt256(spending.amountWei());
                      }));
          fields.writeList(
              List.copyOf(trusts.entrySet()),
              (writer, entry) -> writer.writeList(list -> write(list, entry)));
        });
  }

  private static void write(RLPWriter writer, Map.Entry<Bytes32, Trust> entry) {
    Trust trust = entry.getValue();
    writer.writeValue(entry.getKey());
    writer.writeUInt256(trust.prepayWei());
    writer.writeUInt256(trust.paidWei());
    writer.writeLong(trust.satisfied());
    writer.writeLong(trust.faults());
    writer.writeLong(trust.usedSeconds());
  }

  /**
   * Reads what {@link #encoded} wrote.
   *
   * @throws IllegalArgumentException if it is damaged or of a later version: then nothing may be
   *     spent until somebody looked at it
   */
  public static Budget decode(Bytes stored, BudgetRules rules) {
    try {
      return RlpReader.decode(stored, reader -> reader.readList(fields -> read(fields, rules)));
    } catch (RlpException damaged) {
      throw new IllegalArgumentException(
          "what was spent of the budget cannot be read (" + damaged.getMessage() + ")", damaged);
    }
  }

  private static Budget read(RlpReader fields, BudgetRules rules) {
    int version = fields.readInt();
    if (version != VERSION) {
      throw new IllegalArgumentException(
          "what was spent of the budget was written by a later version of this program ("
              + version
              + "); use that one");
    }
    Budget budget = new Budget(rules);
    budget.newestSeconds = fields.readLong();
    budget.spendings.addAll(
        fields.readListOf(
            MAX_SPENDINGS,
            item ->
                item.readList(
                    entry ->
                        new Spending(entry.readBytes32(), entry.readLong(), entry.readUInt256()))));
    fields
        .readListOf(MAX_TRUSTS, item -> item.readList(Budget::readTrust))
        .forEach(known -> budget.trusts.put(known.getKey(), known.getValue()));
    return budget;
  }

  private static Map.Entry<Bytes32, Trust> readTrust(RlpReader entry) {
    return Map.entry(
        entry.readBytes32(),
        new Trust(
            entry.readUInt256(),
            entry.readUInt256(),
            entry.readLong(),
            entry.readLong(),
            entry.readLong()));
  }

  private static UInt256 least(UInt256 one, UInt256 other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static UInt256 minus(UInt256 from, UInt256 amount) {
    return from.compareTo(amount) > 0 ? from.subtract(amount) : UInt256.ZERO;
  }
}
