package io.lesnode.les.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.les.vflux.CapacityQuery;
import io.lesnode.les.vflux.VfluxBatch;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.Test;

/** What a client learns over UDP before it connects. */
class CapacityDeskTest {
  private static final long SECOND_NANOS = 1_000_000_000;
  private static final Bytes32 CLIENT = Bytes32.fromHexStringLenient("0xabcd");

  private final ManualLoop loop = new ManualLoop();
  private final SimServer server =
      SimServer.of(LesServerConfig.of(9, 100, 10), new FakeServedChain(), loop);
  private final CapacityDesk desk = new CapacityDesk(server.state);

  private static InetAddress address(int last) {
    try {
      return InetAddress.getByAddress(new byte[] {9, 9, 9, (byte) last});
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static Bytes batch(int size, Long... addTokens) {
    Bytes params = new CapacityQuery(180, List.of(addTokens)).encode();
    return new VfluxBatch(Collections.nCopies(size, VfluxBatch.Question.of("les", "cq", params)))
        .encode();
  }

  private List<Long> ask(Long... addTokens) {
    return VfluxBatch.decodeAnswers(desk.answer(CLIENT, address(1), batch(1, addTokens)))
        .map(List::getFirst)
        .flatMap(CapacityQuery::decodeAnswer)
        .orElseThrow();
  }

  @Test
  void aFreeClientIsOfferedTheLeastCapacityAndTokensBuyMore() {
    long least = server.desk.serverInfo().minimumCapacity();
    List<Long> capacities = ask(0L, 1_000_000_000_000_000L);
    assertThat(capacities.get(0)).isEqualTo(least);
    assertThat(capacities.get(1)).isGreaterThan(least);
  }

  @Test
  void anIncompleteChainOffersNothing() {
    server.state.setSynced(false);
    assertThat(ask(0L, 5L)).containsExactly(0L, 0L);
  }

  @Test
  void unknownServicesAndParametersGetNoAnswerOfTheirOwn() {
    Bytes good = new CapacityQuery(0, List.of(0L)).encode();
    Bytes request =
        new VfluxBatch(
                List.of(
                    VfluxBatch.Question.of("other", "cq", good),
                    VfluxBatch.Question.of("les", "pq", good),
                    VfluxBatch.Question.of("les", "cq", Bytes.of(0xc0)),
                    VfluxBatch.Question.of("les", "cq", good)))
            .encode();
    List<Bytes> answers =
        VfluxBatch.decodeAnswers(desk.answer(CLIENT, address(1), request)).orElseThrow();
    assertThat(answers.subList(0, 3)).containsOnly(Bytes.EMPTY);
    assertThat(answers.get(3)).isNotEqualTo(Bytes.EMPTY);
    assertThat(desk.answer(CLIENT, address(1), Bytes.of(1, 2, 3))).isEqualTo(Bytes.EMPTY);
  }

  @Test
  void oneAddressGetsTwentyAnswersASecondAndAllAHundred() {
    int answered = 0;
    for (int i = 0; i < 50; i++) {
      answered += desk.answer(CLIENT, address(1), batch(1, 0L)).isEmpty() ? 0 : 1;
    }
    assertThat(answered).isEqualTo(CapacityDesk.OF_ONE_ADDRESS);
    for (int i = 2; i < 60; i++) {
      answered += desk.answer(CLIENT, address(i), batch(5, 0L)).isEmpty() ? 0 : 5;
    }
    assertThat(answered).isEqualTo(CapacityDesk.QUESTIONS_PER_SECOND);
    loop.advance(SECOND_NANOS);
    assertThat(desk.answer(CLIENT, address(1), batch(16, 0L))).isNotEqualTo(Bytes.EMPTY);
    assertThat(Optional.of(desk.answer(CLIENT, address(1), batch(16, 0L)))).contains(Bytes.EMPTY);
  }
}
