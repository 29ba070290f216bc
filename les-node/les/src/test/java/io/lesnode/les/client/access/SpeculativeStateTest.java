package io.lesnode.les.client.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.evm.state.MissingStateException;
import io.lesnode.les.client.access.Rounds.Step;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.util.List;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class SpeculativeStateTest {
  private static final Address SOMEONE = Address.of(Bytes.repeat((byte) 5, 20));
  private static final StateItem.OfSlot SLOT = new StateItem.OfSlot(SOMEONE, UInt256.ONE);
  private static final Bytes CODE = Bytes.fromHexString("0x6001");
  private static final Bytes32 ROOT = Bytes32.repeat((byte) 9);

  private final KnownState known = new KnownState();
  private long nowNanos;

  private SpeculativeState state() {
    return new SpeculativeState(known, item -> false, () -> nowNanos);
  }

  private static Account contract() {
    return new Account(1, UInt256.ZERO, ROOT, Keccak.keccak256(CODE));
  }

  @Test
  void whatIsKnownIsReadExactly() {
    known.putAccount(SOMEONE, contract());
    known.putCode(Keccak.keccak256(CODE), CODE);
    known.putSlot(SLOT, UInt256.valueOf(3));
    SpeculativeState state = state();

    assertThat(state.account(SOMEONE)).isEqualTo(contract());
    assertThat(state.code(SOMEONE, Keccak.keccak256(CODE))).isEqualTo(CODE);
    assertThat(state.storage(SOMEONE, ROOT, UInt256.ONE)).isEqualTo(UInt256.valueOf(3));
    assertThat(state.isExact()).isTrue();
    assertThat(state.read())
        .containsExactly(new StateItem.OfAccount(SOMEONE), new StateItem.OfCode(SOMEONE), SLOT);
  }

  @Test
  void anUnknownAccountIsAContractSoThatItsCodeIsAskedForWithIt() {
    SpeculativeState state = state();

    Account guess = Objects.requireNonNull(state.account(SOMEONE));
    assertThat(guess.codeHash()).isNotEqualTo(EmptyHashes.CODE);
    // its code has the hash that it claims, or a cache by hash would be poisoned
    assertThat(Keccak.keccak256(state.code(SOMEONE, guess.codeHash()))).isEqualTo(guess.codeHash());
    state.storage(SOMEONE, guess.storageRoot(), UInt256.ONE);

    assertThat(state.isExact()).isFalse();
    assertThat(state.missed())
        .containsExactly(new StateItem.OfAccount(SOMEONE), new StateItem.OfCode(SOMEONE), SLOT);
  }

  @Test
  void aGuessedAccountStaysGuessedThoughItBecomesKnownDuringTheRun() {
    SpeculativeState state = state();
    Account guess = Objects.requireNonNull(state.account(SOMEONE));
    known.putAccount(SOMEONE, contract());
    known.putCode(Keccak.keccak256(CODE), CODE);

    assertThat(Keccak.keccak256(state.code(SOMEONE, guess.codeHash()))).isEqualTo(guess.codeHash());
    assertThat(state.isExact()).isFalse();
  }

  @Test
  void unknownCodeOfAKnownAccountEndsTheRun() {
    known.putAccount(SOMEONE, contract());
    SpeculativeState state = state();

    assertThatThrownBy(() -> state.code(SOMEONE, Keccak.keccak256(CODE)))
        .isInstanceOf(MissingStateException.class);
    assertThat(state.missed()).containsExactly(new StateItem.OfCode(SOMEONE));
  }

  @Test
  void guessingEndsAfterSoManyMissesAndAfterSomeTime() {
    known.putAccount(SOMEONE, contract());
    SpeculativeState many = state();
    assertThatThrownBy(
            () -> {
              for (int slot = 0; slot <= SpeculativeState.MAX_MISSES; slot++) {
                many.storage(SOMEONE, ROOT, UInt256.valueOf(slot));
              }
            })
        .isInstanceOf(MissingStateException.class);
    assertThat(many.missed()).hasSize(SpeculativeState.MAX_MISSES);

    SpeculativeState slow = state();
    slow.storage(SOMEONE, ROOT, UInt256.ONE);
    nowNanos += SpeculativeState.MAX_GUESSING_NANOS + 1;
    assertThatThrownBy(() -> slow.storage(SOMEONE, ROOT, UInt256.ZERO))
        .isInstanceOf(MissingStateException.class);
    assertThat(slow.missed()).hasSize(2);
  }

  @Test
  void whatBelongsToAnAbsentAccountIsKnownWithIt() {
    known.putAccount(SOMEONE, null);

    assertThat(known.has(SLOT)).isTrue();
    assertThat(known.slot(SLOT)).isEqualTo(UInt256.ZERO);
    assertThat(known.code(SOMEONE)).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void roundsEndInADirectRunAndSuspicionsTravelWithTheFirst() {
    StateItem suspected = new StateItem.OfAccount(SOMEONE);
    Rounds rounds = new Rounds(List.of(suspected, SLOT));

    assertThat(rounds.next(List.of(SLOT))).isEqualTo(new Step.Fetch(List.of(SLOT, suspected)));
    for (int round = 2; round <= Rounds.MAX_ROUNDS; round++) {
      assertThat(rounds.next(List.of(SLOT))).isEqualTo(new Step.Fetch(List.of(SLOT)));
    }
    assertThat(rounds.next(List.of(SLOT))).isEqualTo(new Step.Direct());
  }
}
