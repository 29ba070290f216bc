package io.lesnode.vipnode.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.vipnode.wire.VipMessage.Receipt;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** Messages, trials and repeated payments are bounded. */
class BudgetsTest {
  private static final long SECOND = Moment.SECOND_NANOS;

  @Test
  void aHundredAtOnceAndTwentyASecond() {
    MessageBudget budget = new MessageBudget(0);
    int taken = 0;
    for (int i = 0; i < 1000; i++) {
      taken += budget.onMessage(0) == MessageBudget.Verdict.TAKEN ? 1 : 0;
    }
    assertThat(taken).isEqualTo(100);
    taken = 0;
    for (long milli = 1; milli <= 10_000; milli++) {
      taken += budget.onMessage(milli * SECOND / 1000) == MessageBudget.Verdict.TAKEN ? 1 : 0;
    }
    assertThat(taken).isEqualTo(200);
  }

  @Test
  void whoSendsTooMuchIsToldOnceASecond() {
    MessageBudget budget = new MessageBudget(0);
    List<MessageBudget.Verdict> verdicts = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      verdicts.add(budget.onMessage(0));
    }
    assertThat(verdicts).filteredOn(v -> v == MessageBudget.Verdict.REFUSED).hasSize(1);
    assertThat(verdicts).filteredOn(v -> v == MessageBudget.Verdict.DROPPED).hasSize(99);
  }

  /** Trials are of a /24 and a /64, so that neither keys nor neighbours make new ones. */
  @Test
  void networksAreTwentyFourAndSixtyFourBits() throws Exception {
    Bytes node = Bytes.of(1);
    assertThat(TrialBook.network(InetAddress.getByName("192.0.2.1"), node))
        .isEqualTo(TrialBook.network(InetAddress.getByName("192.0.2.200"), node))
        .isNotEqualTo(TrialBook.network(InetAddress.getByName("192.0.3.1"), node));
    assertThat(TrialBook.network(InetAddress.getByName("2001:db8:1:2:3::1"), node))
        .isEqualTo(TrialBook.network(InetAddress.getByName("2001:db8:1:2:ffff::9"), node))
        .isNotEqualTo(TrialBook.network(InetAddress.getByName("2001:db8:1:3::1"), node));
    assertThat(TrialBook.network(InetAddress.getLoopbackAddress(), node)).isEqualTo(node);
  }

  @Test
  void aMillionNetworksDoNotFillTheMemory() {
    TrialBook book = new TrialBook(SaleSettings.DEFAULT);
    Moment now = new Moment(0, 0);
    for (int i = 0; i < 300_000; i++) {
      long unused = book.untilNanos(Bytes.ofUnsignedInt(i), now);
    }
    assertThat(book.networks()).hasSize(100_000);
  }

  @Test
  void sixtyFourReceiptsOfEachClientAreRemembered() {
    ReceiptCache cache = new ReceiptCache();
    Bytes32 client = Bytes32.repeat((byte) 1);
    for (int i = 0; i < 100; i++) {
      cache.put(client, receipt(i));
    }
    assertThat(cache.find(client, Bytes.ofUnsignedLong(35))).isEmpty();
    assertThat(cache.find(client, Bytes.ofUnsignedLong(36))).contains(receipt(36));
    assertThat(cache.find(Bytes32.repeat((byte) 2), Bytes.ofUnsignedLong(36))).isEmpty();
  }

  private static Receipt receipt(long payId) {
    return new Receipt(
        Bytes.ofUnsignedLong(payId),
        0,
        UInt256.ONE,
        UInt256.ONE,
        UInt256.ONE,
        0,
        0,
        Bytes.EMPTY,
        Bytes.EMPTY);
  }
}
