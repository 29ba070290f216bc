package io.lesnode.les.client.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

class AccessMemoryTest {
  private static final Address TOKEN = Address.of(Bytes.repeat((byte) 1, 20));
  private static final Bytes OF_ANN = Bytes.fromHexString("0x70a0823101");
  private static final Bytes OF_BOB = Bytes.fromHexString("0x70a0823102");
  private static final Bytes OF_EVE = Bytes.fromHexString("0x70a0823103");
  private static final Bytes OTHER_FUNCTION = Bytes.fromHexString("0x18160ddd");
  private static final StateItem ACCOUNT = new StateItem.OfAccount(TOKEN);

  private final AccessMemory memory = new AccessMemory(3);

  private static StateItem slot(long number) {
    return new StateItem.OfSlot(TOKEN, UInt256.valueOf(number));
  }

  @Test
  void theSameCallIsExpectedToReadTheSame() {
    memory.learn(TOKEN, OF_ANN, List.of(ACCOUNT, slot(1)));
    memory.learn(TOKEN, OF_BOB, List.of(ACCOUNT, slot(2)));

    assertThat(memory.recall(TOKEN, OF_ANN)).containsExactly(ACCOUNT, slot(1));
    assertThat(memory.recall(TOKEN, OF_BOB)).containsExactly(ACCOUNT, slot(2));
  }

  @Test
  void anotherCallOfTheFunctionIsExpectedToReadWhatTheLastTwoHadInCommon() {
    memory.learn(TOKEN, OF_ANN, List.of(ACCOUNT, slot(0), slot(1)));
    assertThat(memory.recall(TOKEN, OF_EVE)).containsExactlyInAnyOrder(ACCOUNT, slot(0), slot(1));

    memory.learn(TOKEN, OF_BOB, List.of(ACCOUNT, slot(0), slot(2)));
    assertThat(memory.recall(TOKEN, OF_EVE)).containsExactlyInAnyOrder(ACCOUNT, slot(0));

    // the same call again teaches nothing about others
    memory.learn(TOKEN, OF_BOB, List.of(ACCOUNT, slot(0), slot(2)));
    assertThat(memory.recall(TOKEN, OF_EVE)).containsExactlyInAnyOrder(ACCOUNT, slot(0));
    assertThat(memory.recall(TOKEN, OTHER_FUNCTION)).isEmpty();
    assertThat(memory.recall(TOKEN, Bytes.EMPTY)).isEmpty();
  }

  @Test
  void itIsBounded() {
    List<StateItem> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(slot(i));
    }
    for (int i = 0; i < 10; i++) {
      memory.learn(Address.of(Bytes.repeat((byte) i, 20)), OF_ANN, many);
    }

    assertThat(memory.recall(Address.of(Bytes.repeat((byte) 9, 20)), OF_ANN))
        .hasSize(AccessMemory.MAX_ITEMS);
    assertThat(memory.recall(Address.of(Bytes.repeat((byte) 6, 20)), OF_ANN)).isEmpty();
  }

  @Test
  void wrongGuessesAreForgivenOneAnHour() {
    GuessAllowance allowance = new GuessAllowance(0);
    allowance.wrong(4);
    assertThat(allowance.left(0)).isEqualTo(6);
    allowance.wrong(100);
    assertThat(allowance.left(0)).isZero();
    assertThat(allowance.left(TimeUnit.MINUTES.toNanos(59))).isZero();
    assertThat(allowance.left(TimeUnit.MINUTES.toNanos(150))).isEqualTo(2);
    assertThat(allowance.left(TimeUnit.MINUTES.toNanos(181))).isEqualTo(3);
    assertThat(allowance.left(TimeUnit.DAYS.toNanos(30))).isEqualTo(10);
  }
}
