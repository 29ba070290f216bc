package io.lesnode.les.client.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.les.client.tx.Admission.Admitted;
import io.lesnode.les.client.tx.TrackedTransaction.Place;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** The pending set alone: bounds, forgetting, records. */
final class PendingSetTest {
  private final KeyPair key = KeyPair.ofSecret(Bytes32.leftPad(Bytes.of(77)));
  private final PendingSet set = new PendingSet(50);

  private Transaction transaction(long nonce, long price) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.ONE)
        .nonce(nonce)
        .gasPrice(UInt256.valueOf(price))
        .gasLimit(21_000)
        .sign(key);
  }

  private Admission admit(Transaction transaction) {
    return set.admit(transaction, key.address(), 0);
  }

  private static Bytes32 hash(long number) {
    return Bytes32.leftPad(Bytes.ofUnsignedLong(number));
  }

  @Test
  void includedOnesAreForgottenWhenTheyAreFinal() {
    Transaction transaction = transaction(0, 1);
    admit(transaction);
    set.include(transaction.hash(), new Place(10, hash(10), 0));

    assertThat(set.onHead(60, Map.of(10L, hash(10)), set.includedNumbers()).forgotten()).isEmpty();
    assertThat(set.onHead(61, Map.of(10L, hash(10)), set.includedNumbers()).forgotten())
        .containsExactly(transaction.hash());
    assertThat(set.isEmpty()).isTrue();
    assertThat(PendingSet.FORGET_AFTER_BLOCKS).as("geth's txPermanent").isEqualTo(500);
  }

  @Test
  void aBlockThatIsGoneReturnsItsTransactions() {
    Transaction transaction = transaction(0, 1);
    admit(transaction);
    set.include(transaction.hash(), new Place(10, hash(10), 0));

    assertThat(set.onHead(9, Map.of(), set.includedNumbers()).returned())
        .containsExactly(transaction.hash());
    assertThat(set.pendingCount()).isEqualTo(1);
  }

  @Test
  void theSetIsBounded() {
    for (int nonce = 0; nonce < PendingSet.MAX_PENDING; nonce++) {
      assertThat(admit(transaction(nonce, 1))).isInstanceOf(Admitted.class);
    }

    assertThat(admit(transaction(PendingSet.MAX_PENDING, 1)))
        .isEqualTo(new Admission.Refused("txpool is full"));
    assertThat(admit(transaction(0, 2))).as("a replacement").isInstanceOf(Admitted.class);
  }

  @Test
  void ofTwoRecordsWithOneNonceTheBetterPaidStays() {
    TrackedTransaction cheap = new TrackedTransaction(transaction(0, 10), key.address(), 3, null);
    TrackedTransaction dear = new TrackedTransaction(transaction(0, 20), key.address(), 3, null);
    for (List<TrackedTransaction> order : List.of(List.of(cheap, dear), List.of(dear, cheap))) {
      PendingSet restored = new PendingSet();
      restored.restore(order);

      assertThat(restored.pending()).containsExactly(dear);
      assertThat(restored.takeChanges())
          .contains(new PendingSet.Change.Forget(cheap.hash()))
          .doesNotContain(new PendingSet.Change.Forget(dear.hash()));
    }
  }

  @Test
  void recordsKeepEverythingAndDamageIsNoticed() {
    TrackedTransaction tracked =
        new TrackedTransaction(transaction(7, 5), key.address(), 9, new Place(12, hash(12), 3));
    assertThat(TrackedTransaction.decode(tracked.encoded())).isEqualTo(tracked);
    assertThat(TrackedTransaction.decode(tracked.at(null).encoded())).isEqualTo(tracked.at(null));
    Bytes encoded = tracked.encoded().copy();
    for (int length = 0; length < encoded.size(); length++) {
      Bytes cut = encoded.slice(0, length);
      assertThatThrownBy(() -> TrackedTransaction.decode(cut)).isInstanceOf(RlpException.class);
    }
  }

  /** Whatever happens, the records that were written are the set: a kill loses nothing. */
  @Test
  void writtenRecordsAreTheSetAtEveryMoment() {
    Random random = new Random(4);
    Map<Bytes32, TrackedTransaction> disk = new HashMap<>();
    List<Admitted> sending = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      long number = step / 20;
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          if (admit(transaction(random.nextInt(30), 1 + random.nextInt(5)))
              instanceof Admitted admitted) {
            sending.add(admitted);
          }
        }
        case 2 -> {
          if (!sending.isEmpty()) {
            Admitted admitted = sending.remove(random.nextInt(sending.size()));
            if (random.nextBoolean()) {
              set.confirm(admitted);
            } else {
              set.withdraw(admitted);
            }
          }
        }
        case 3 -> {
          List<TrackedTransaction> pending = new ArrayList<>(set.pending());
          Collections.shuffle(pending, random);
          pending.stream()
              .limit(1)
              .forEach(t -> set.include(t.hash(), new Place(number, hash(number), 0)));
        }
        case 4 -> {
          Map<Long, Bytes32> canonical = new HashMap<>();
          for (long included : set.includedNumbers()) {
            canonical.put(included, random.nextInt(20) == 0 ? Bytes32.ZERO : hash(included));
          }
          set.onHead(number, canonical, set.includedNumbers());
        }
        default -> set.pending().stream().limit(1).forEach(t -> set.drop(t.hash()));
      }
      for (PendingSet.Change change : set.takeChanges()) {
        switch (change) {
          case PendingSet.Change.Keep(TrackedTransaction tracked) ->
              disk.put(tracked.hash(), tracked);
          case PendingSet.Change.Forget(Bytes32 gone) -> disk.remove(gone);
        }
      }
      assertThat(disk.values()).as("step %d", step).containsAll(set.pending());
      if (sending.isEmpty()) {
        assertThat(disk.values().stream().filter(TrackedTransaction::isPending).toList())
            .as("step %d", step)
            .containsExactlyInAnyOrderElementsOf(set.pending());
      }
    }
  }
}
