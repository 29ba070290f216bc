package io.lesnode.evm.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JournaledStateTest {
  private static final Address ALICE =
      Address.fromHex("0x00000000000000000000000000000000000a11ce");
  private static final Address BOB = Address.fromHex("0x0000000000000000000000000000000000000b0b");
  private static final Address RIPEMD =
      Address.fromHex("0x0000000000000000000000000000000000000003");
  private static final Bytes32 SOME_ROOT = Keccak.keccak256(Bytes.of(1));
  private static final UInt256 TEN = UInt256.valueOf(10);
  private static final Word SLOT = Word.of(1);

  private final Committed committed = new Committed();
  private final JournaledState state = new JournaledState(committed);

  @Test
  void revertRestoresEverythingSinceTheSnapshot() {
    committed.put(ALICE, 5, 100, SOME_ROOT);
    committed.storage.put(UInt256.ONE, UInt256.valueOf(7));
    state.setBalance(BOB, TEN);
    int snapshot = state.snapshot();

    state.addBalance(ALICE, TEN);
    state.setNonce(ALICE, 6);
    state.setCode(ALICE, Bytes.of(1, 2, 3));
    state.setStorage(ALICE, SLOT, Word.of(8));
    state.setTransientStorage(ALICE, SLOT, Word.of(9));
    state.addLog(new Log(ALICE, List.of(), Bytes.EMPTY));
    state.addRefund(100);
    state.warm(BOB, SLOT);
    state.createContract(BOB);
    state.selfDestruct(ALICE);
    state.revertTo(snapshot);

    assertThat(state.balance(ALICE)).isEqualTo(UInt256.valueOf(100));
    assertThat(state.nonce(ALICE)).isEqualTo(5);
    assertThat(state.hasCode(ALICE)).isFalse();
    assertThat(state.storage(ALICE, SLOT)).isEqualTo(Word.of(7));
    assertThat(state.transientStorage(ALICE, SLOT)).isEqualTo(Word.ZERO);
    assertThat(state.logs()).isEmpty();
    assertThat(state.refund()).isZero();
    assertThat(state.warm(BOB, SLOT)).isTrue();
    assertThat(state.balance(BOB)).isEqualTo(TEN);
    assertThat(state.createdInTransaction(BOB)).isFalse();
    assertThat(state.hasSelfDestructed(ALICE)).isFalse();
  }

  @Test
  void changesCarryOnlyWhatDiffersFromTheReader() {
    committed.put(ALICE, 5, 100, SOME_ROOT);
    committed.storage.put(UInt256.ONE, UInt256.valueOf(7));
    state.setStorage(ALICE, SLOT, Word.of(8));
    state.setStorage(ALICE, Word.of(2), Word.of(3));
    state.finishTransaction(Fork.LONDON);
    state.setStorage(ALICE, SLOT, Word.of(7)); // back to what it was
    state.finishTransaction(Fork.LONDON);

    AccountChange.Updated change = (AccountChange.Updated) state.changes().accounts().getFirst();

    assertThat(state.changes().accounts()).hasSize(1);
    assertThat(change.storage()).isEqualTo(Map.of(UInt256.valueOf(2), UInt256.valueOf(3)));
    assertThat(change.baseStorageRoot()).isEqualTo(SOME_ROOT);
    assertThat(change.storageWiped()).isFalse();
    assertThat(change.newCode()).isNull();
    assertThat(change.nonce()).isEqualTo(5);
  }

  @Test
  void originalStorageIsThatOfTheTransactionsStart() {
    committed.put(ALICE, 5, 100, SOME_ROOT);
    state.setStorage(ALICE, SLOT, Word.of(8));
    assertThat(state.originalStorage(ALICE, SLOT)).isEqualTo(Word.ZERO);
    state.finishTransaction(Fork.LONDON);
    state.setStorage(ALICE, SLOT, Word.of(9));

    assertThat(state.originalStorage(ALICE, SLOT)).isEqualTo(Word.of(8));
    assertThat(state.storage(ALICE, SLOT)).isEqualTo(Word.of(9));
  }

  @Test
  void touchedEmptyAccountsGoFromSpuriousDragonOn() {
    for (Fork fork : Fork.values()) {
      JournaledState fresh = new JournaledState(StateReader.empty());
      fresh.addBalance(ALICE, UInt256.ZERO);
      fresh.finishTransaction(fork);

      boolean stays = !fork.isAtLeast(Fork.SPURIOUS_DRAGON);
      assertThat(fresh.exists(ALICE)).as("%s", fork).isEqualTo(stays);
      assertThat(fresh.changes().accounts().getFirst() instanceof AccountChange.Updated)
          .isEqualTo(stays);
    }
  }

  @Test
  void theTouchOfRipemdAloneOutlivesARevert() {
    committed.put(ALICE, 0, 0, EmptyHashes.TRIE_ROOT);
    committed.put(RIPEMD, 0, 0, EmptyHashes.TRIE_ROOT);
    int snapshot = state.snapshot();
    state.addBalance(ALICE, UInt256.ZERO);
    state.addBalance(RIPEMD, UInt256.ZERO);
    state.revertTo(snapshot);
    state.finishTransaction(Fork.SPURIOUS_DRAGON);

    assertThat(state.exists(ALICE)).isTrue();
    assertThat(state.exists(RIPEMD)).isFalse();
  }

  @Test
  void aRecreatedAccountHidesItsFormerStorage() {
    committed.put(ALICE, 1, 100, SOME_ROOT);
    committed.storage.put(UInt256.ONE, UInt256.valueOf(7));
    assertThat(state.storage(ALICE, SLOT)).isEqualTo(Word.of(7));
    state.selfDestruct(ALICE);
    assertThat(state.storage(ALICE, SLOT)).isEqualTo(Word.of(7)); // until the transaction ends
    state.finishTransaction(Fork.LONDON);
    assertThat(state.changes().accounts()).containsExactly(new AccountChange.Deleted(ALICE));

    state.createContract(ALICE);
    state.setNonce(ALICE, 1);
    assertThat(state.storage(ALICE, SLOT)).isEqualTo(Word.ZERO);
    state.finishTransaction(Fork.LONDON);

    AccountChange.Updated change = (AccountChange.Updated) state.changes().accounts().getFirst();
    assertThat(change.storageWiped()).isTrue();
    assertThat(change.baseStorageRoot()).isEqualTo(EmptyHashes.TRIE_ROOT);
    assertThat(change.balance()).isEqualTo(UInt256.ZERO);
  }

  @Test
  void whatLivesForOneTransactionEndsWithIt() {
    state.setBalance(ALICE, TEN);
    state.setTransientStorage(ALICE, SLOT, Word.of(1));
    state.warm(ALICE, SLOT);
    state.addRefund(5);
    state.addLog(new Log(ALICE, List.of(), Bytes.EMPTY));
    state.finishTransaction(Fork.CANCUN);

    assertThat(state.transientStorage(ALICE, SLOT)).isEqualTo(Word.ZERO);
    assertThat(state.isWarm(ALICE)).isFalse();
    assertThat(state.refund()).isZero();
    assertThat(state.logs()).isEmpty();
  }

  @Test
  void theReaderIsAskedOncePerItem() {
    committed.put(ALICE, 1, 100, SOME_ROOT);
    for (int i = 0; i < 3; i++) {
      state.balance(ALICE);
      state.storage(ALICE, SLOT);
      state.balance(BOB);
    }

    assertThat(committed.reads).isEqualTo(3);
  }

  @Test
  void aBalanceCannotBecomeNegative() {
    assertThatThrownBy(() -> state.subtractBalance(ALICE, UInt256.ONE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void missingStatePassesThrough() {
    JournaledState partial =
        new JournaledState(
            new StateReader() {
              @Override
              public @Nullable Account account(Address address) {
                throw new MissingStateException("account " + address);
              }

              @Override
              public Bytes code(Address address, Bytes32 codeHash) {
                throw new MissingStateException("code " + codeHash);
              }

              @Override
              public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
                throw new MissingStateException("slot " + slot);
              }
            });

    assertThatThrownBy(() -> partial.balance(ALICE))
        .isInstanceOf(MissingStateException.class)
        .hasMessageContaining(ALICE.toString());
  }

  /** Accounts by address and one storage for all of them. */
  private static final class Committed implements StateReader {
    private final Map<Address, Account> accounts = new HashMap<>();
    private final Map<UInt256, UInt256> storage = new HashMap<>();
    private int reads;

    void put(Address address, long nonce, long balance, Bytes32 storageRoot) {
      accounts.put(
          address, new Account(nonce, UInt256.valueOf(balance), storageRoot, EmptyHashes.CODE));
    }

    @Override
    public @Nullable Account account(Address address) {
      reads++;
      return accounts.get(address);
    }

    @Override
    public Bytes code(Address address, Bytes32 codeHash) {
      throw new AssertionError("no code here");
    }

    @Override
    public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
      reads++;
      assertThat(storageRoot).isEqualTo(SOME_ROOT);
      return storage.getOrDefault(slot, UInt256.ZERO);
    }
  }
}
