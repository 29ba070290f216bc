package io.lesnode.vip;

import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.Ledger;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.payment.ledger.MemoryLedgerStore;
import io.lesnode.payment.rocks.RocksLedgerStore;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.vipnode.client.Budget;
import io.lesnode.vipnode.client.BudgetRules;
import io.lesnode.vipnode.client.HistoryEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.rlp.RLP;

/**
 * What a buying client keeps: the payers' books, the budget, the history. Confined to the payer
 * thread, but for what is loaded before that starts.
 */
final class ClientRecords implements AutoCloseable {
  private static final String BUDGET = "vip-budget";
  private static final String HISTORY = "vip-history";
  private static final Bytes SPENT = key("spent");
  private static final int MOST_HISTORY = 10_000;

  private final Ledger ledger;
  private final DurableBatches batches;
  private final Deque<HistoryEntry> history = new ArrayDeque<>();
  private long firstHistory;
  private long nextHistory;
  private Bytes savedBudget = Bytes.EMPTY;

  /**
   * Opens the records of a folder, or fresh ones in memory.
   *
   * @throws io.lesnode.payment.ledger.LedgerStoreException if they cannot be used
   */
  ClientRecords(Optional<Path> folder, InstantSource clock) {
    this.ledger =
        Ledger.open(
            folder.isPresent() ? RocksLedgerStore.open(folder.get()) : new MemoryLedgerStore());
    this.batches = ledger.durableBatches(clock);
    firstHistory = Long.MAX_VALUE;
    ledger.scan(HISTORY, Bytes.EMPTY, this::load);
    firstHistory = Math.min(firstHistory, nextHistory);
  }

  private void load(Bytes key, Bytes value) {
    firstHistory = Math.min(firstHistory, key.toLong());
    nextHistory = key.toLong() + 1;
    history.add(decode(value));
    if (history.size() > MOST_HISTORY) {
      history.removeFirst();
    }
  }

  DurableBatches batches() {
    return batches;
  }

  /**
   * The budget with what was spent of it.
   *
   * @throws IllegalArgumentException if what is stored cannot be read
   */
  Budget budget(BudgetRules rules) {
    Optional<Bytes> stored = ledger.get(BUDGET, SPENT);
    savedBudget = stored.orElse(Bytes.EMPTY);
    return stored.isPresent() ? Budget.decode(stored.get(), rules) : new Budget(rules);
  }

  /** Makes the budget durable, if it changed. */
  void save(Bytes budget) {
    if (!budget.equals(savedBudget)) {
      LedgerBatch batch = batches.begin();
      batch.put(BUDGET, SPENT, budget);
      batches.commit(batch);
      savedBudget = budget;
    }
  }

  /** Appends to the history. */
  void add(List<HistoryEntry> entries) {
    LedgerBatch batch = batches.begin();
    for (HistoryEntry entry : entries) {
      batch.put(HISTORY, Bytes.ofUnsignedLong(nextHistory++), encode(entry));
      history.add(entry);
    }
    while (nextHistory - firstHistory > MOST_HISTORY) {
      batch.remove(HISTORY, Bytes.ofUnsignedLong(firstHistory++));
    }
    while (history.size() > MOST_HISTORY) {
      history.removeFirst();
    }
    batches.commit(batch);
  }

  /** The newest entries, oldest first. */
  List<HistoryEntry> history(int most) {
    List<HistoryEntry> all = new ArrayList<>(history);
    return List.copyOf(all.subList(Math.max(0, all.size() - most), all.size()));
  }

  private static Bytes encode(HistoryEntry entry) {
    return RLP.encodeList(
        fields -> {
          fields.writeLong(entry.atSeconds());
          fields.writeValue(entry.server());
          fields.writeString(entry.kind().name());
          fields.writeUInt256(entry.amountWei());
          fields.writeLong(entry.tokens());
          fields.writeString(entry.text());
        });
  }

  private static HistoryEntry decode(Bytes stored) {
    return RlpReader.decode(
        stored,
        reader ->
            reader.readList(
                fields ->
                    new HistoryEntry(
                        fields.readLong(),
                        fields.readBytes32(),
                        HistoryEntry.Kind.valueOf(text(fields)),
                        fields.readUInt256(),
                        fields.readLong(),
                        text(fields))));
  }

  private static String text(RlpReader fields) {
    return new String(fields.readBytes().toArrayUnsafe(), StandardCharsets.UTF_8);
  }

  private static Bytes key(String text) {
    return Bytes.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    ledger.close();
  }
}
