package io.lesnode.payment.lottery;

import io.lesnode.payment.ledger.DurableBatches;
import io.lesnode.payment.ledger.LedgerBatch;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;

/**
 * The lotteries that we opened and what they paid to whom, durable before the next step. Confined
 * to the payer's thread.
 */
final class OwnLotteries {
  private static final String LOTTERIES = "lottery.own";
  private static final String LEAVES = "lottery.leaf";
  private static final String BOOK = "lottery.book";
  private static final Bytes BOOK_KEY = Bytes.of(0);

  private final DurableBatches store;

  OwnLotteries(DurableBatches store) {
    this.store = store;
  }

  /** The contract that all of them are in. */
  Optional<Address> book() {
    return read(batch -> batch.get(BOOK, BOOK_KEY).map(Address::of));
  }

  void chooseBook(Address book) {
    write(batch -> batch.put(BOOK, BOOK_KEY, book.bytes()));
  }

  /** All, the one drawn first at the front. */
  List<OwnLottery> all() {
    return read(
        batch -> {
          List<OwnLottery> all = new ArrayList<>();
          batch.scan(LOTTERIES, Bytes.EMPTY, (key, value) -> all.add(OwnLottery.decode(value)));
          all.sort(
              Comparator.comparingLong((OwnLottery lottery) -> lottery.pot().reveal())
                  .thenComparing(OwnLottery::id));
          return all;
        });
  }

  Optional<OwnLottery> find(Bytes32 id) {
    return read(batch -> batch.get(LOTTERIES, id).map(OwnLottery::decode));
  }

  Optional<OwnLeaf> leaf(Bytes32 lottery, Address payee) {
    return read(batch -> batch.get(LEAVES, OwnLeaf.key(lottery, payee)).map(OwnLeaf::decode));
  }

  void store(List<OwnLeaf> leaves) {
    write(batch -> leaves.forEach(leaf -> batch.put(LEAVES, leaf.key(), leaf.encoded())));
  }

  void store(OwnLottery lottery) {
    write(batch -> batch.put(LOTTERIES, lottery.id(), lottery.encoded()));
  }

  void store(OwnLottery lottery, LotteryTree tree) {
    write(
        batch -> {
          batch.put(LOTTERIES, lottery.id(), lottery.encoded());
          for (LotteryLeaf leaf : tree.leaves()) {
            OwnLeaf own = OwnLeaf.of(lottery.id(), leaf);
            batch.put(LEAVES, own.key(), own.encoded());
          }
        });
  }

  void remove(Bytes32 lottery) {
    write(
        batch -> {
          batch.remove(LOTTERIES, lottery);
          batch.scan(LEAVES, lottery, (key, value) -> batch.remove(LEAVES, key));
        });
  }

  private <T> T read(Function<LedgerBatch, T> read) {
    LedgerBatch batch = store.begin();
    try {
      return read.apply(batch);
    } finally {
      store.commit(batch); // nothing was changed, so nothing is written
    }
  }

  private void write(Consumer<LedgerBatch> write) {
    LedgerBatch batch = store.begin();
    write.accept(batch);
    store.commit(batch);
  }
}
