package io.lesnode.vipnode.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.vipnode.wire.VipCodes;
import io.lesnode.vipnode.wire.VipMessage;
import java.util.Optional;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/** How a buyer deals with a server that keeps its word. Tests E1 and E5 of docs/vip.md, client. */
final class BuyerTest {
  private final Bench bench = new Bench();

  @Test
  void watchesTheTrialBuysSmallGetsCapacityAndBuysMoreWhenTokensRunLow() {
    ScriptedServer server = bench.honest(1);
    bench.connect(server);

    bench.pass(59);
    assertThat(server.count(VipCodes.PAY)).isZero();
    assertThat(bench.view(server).state()).isEqualTo("watches its free service");

    bench.pass(3);
    assertThat(server.count(VipCodes.PAY)).isEqualTo(1);
    assertThat(server.capacity).isEqualTo(10 * ScriptedServer.MIN_CAPACITY);
    assertThat(bench.view(server).capacity()).isEqualTo(server.capacity);
    // 15 minutes of the smallest capacity: 900 s at 1.6e7 tokens, at 100 wei per token
    UInt256 first = UInt256.valueOf(900L * 16_000_000 * 100);
    assertThat(bench.payer(server).paid).containsExactly(first);

    bench.pass(60);
    assertThat(bench.payer(server).paid.size()).isGreaterThan(1);
    assertThat(bench.payer(server).paid.get(1)).isEqualTo(first.multiply(2));
    assertThat(bench.history(HistoryEntry.Kind.SATISFIED)).isNotEmpty();

    bench.pass(3_000);
    assertThat(server.capacity).isEqualTo(10 * ScriptedServer.MIN_CAPACITY);
    assertThat(bench.history(HistoryEntry.Kind.FAULT)).isEmpty();
    assertThat(bench.spent()).isEqualTo(sum(bench.payer(server)));
    assertThat(bench.payer(server).pending).isEmpty();
  }

  @Test
  void aSleepingClientResumesWithItsBalanceAndCapacity() {
    ScriptedServer server = bench.honest(1);
    bench.connect(server);
    bench.pass(130);
    long tokens = server.tokens;
    int payments = bench.payer(server).paid.size();
    assertThat(tokens).isPositive();

    bench.disconnect(server);
    server.capacity = ScriptedServer.MIN_CAPACITY;
    bench.second += 3_600; // asleep; tokens there do not burn
    bench.connect(server);
    bench.pass(3);

    assertThat(bench.payer(server).paid).hasSize(payments);
    assertThat(server.capacity).isEqualTo(10 * ScriptedServer.MIN_CAPACITY);
    assertThat(bench.view(server).tokenBalance()).isPositive();
  }

  @Test
  void paymentsWithoutReceiptAreSentAgainWithTheSameIdAndNothingNewIsPaid() {
    VanishingServer vanishing = bench.add(new VanishingServer(2));
    bench.connect(vanishing);
    bench.pass(70);
    assertThat(bench.payer(vanishing).paid).hasSize(1);
    assertThat(vanishing.tokens).isPositive();
    bench.disconnect(vanishing);
    vanishing.vanished = false;
    bench.pass(10);
    bench.connect(vanishing);
    bench.pass(5);

    assertThat(bench.payer(vanishing).paid).hasSize(1);
    assertThat(bench.payer(vanishing).pending).isEmpty();
    assertThat(
            vanishing.got.stream()
                .filter(VipMessage.Pay.class::isInstance)
                .map(message -> ((VipMessage.Pay) message).payId())
                .distinct())
        .hasSize(1);
    assertThat(vanishing.capacity).isEqualTo(10 * ScriptedServer.MIN_CAPACITY);
  }

  /** Takes a payment and is gone before the receipt leaves. */
  private static final class VanishingServer extends ScriptedServer {
    boolean vanished = true;

    VanishingServer(int seed) {
      super(seed, Bench.CHAIN, Bench.GENESIS);
    }

    @Override
    Optional<VipMessage> tampered(VipMessage message) {
      return vanished && message instanceof VipMessage.Receipt
          ? Optional.empty()
          : Optional.of(message);
    }
  }

  static UInt256 sum(FakePayer payer) {
    return payer.paid.stream().reduce(UInt256.ZERO, UInt256::add);
  }
}
