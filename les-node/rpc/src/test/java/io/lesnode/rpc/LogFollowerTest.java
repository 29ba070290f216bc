package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.BlockHeader;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** New logs, retracted logs, and logs that cannot be had. */
class LogFollowerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WAIT_SECONDS = 20;

  /** What a listener heard: block number and "+" or "-", or the reason of a gap. */
  private static final class Heard implements LogFollower.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @Override
    public void onLogs(List<JsonNode> logs) {
      for (JsonNode log : logs) {
        events.add(
            (log.path("removed").asBoolean() ? "-" : "+")
                + Long.decode(log.path("blockNumber").asText())
                + "/"
                + Integer.decode("0x" + log.at("/topics/0").asText().substring(60)));
      }
    }

    @Override
    public void onGap(String reason) {
      events.add(reason);
    }

    String next() throws InterruptedException {
      String event = events.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      return event == null ? "nothing" : event;
    }
  }

  private static LogFilter filter(String json) throws Exception {
    return LogFilter.parse(JSON.readTree(json));
  }

  private final FakeChain chain = new FakeChain();
  private final LogFollower follower = new LogFollower(chain, 1);
  private final Heard heard = new Heard();

  @Test
  void tellsOfMatchingLogsInOrder() throws Exception {
    Runnable stop = follower.follow(filter("{\"address\": \"" + address(1) + "\"}"), heard);

    chain.grow(FakeChain.log(1, 10), FakeChain.log(2, 11), FakeChain.log(1, 12));
    chain.grow();
    chain.grow(FakeChain.log(2, 13));
    chain.grow(FakeChain.log(1, 14));

    assertThat(List.of(heard.next(), heard.next(), heard.next()))
        .containsExactly("+1/10", "+1/12", "+4/14");
    stop.run();
    assertThat(chain.listeners()).isZero();
  }

  @Test
  void takesBackTheNewestLogsFirst() throws Exception {
    follower.follow(filter("{}"), heard);
    chain.grow(FakeChain.log(1, 10));
    chain.grow(FakeChain.log(1, 20), FakeChain.log(1, 21));
    chain.grow(FakeChain.log(1, 30));
    assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next()))
        .containsExactly("+1/10", "+2/20", "+2/21", "+3/30");

    chain.reorganise(2, List.of(FakeChain.log(1, 40)), List.of(), List.of(FakeChain.log(1, 41)));

    assertThat(List.of(heard.next(), heard.next(), heard.next(), heard.next(), heard.next()))
        .containsExactly("-3/30", "-2/21", "-2/20", "+2/40", "+4/41");
  }

  @Test
  void takesBackLogsOfBlocksBeforeTheSubscription() throws Exception {
    chain.grow(FakeChain.log(1, 10));
    follower.follow(filter("{}"), heard);

    chain.reorganise(1, List.of(), List.of(FakeChain.log(1, 11)));

    assertThat(List.of(heard.next(), heard.next())).containsExactly("-1/10", "+2/11");
  }

  @Test
  void asksAgainForLogsThatCannotBeHad() throws Exception {
    follower.follow(filter("{}"), heard);
    chain.failReceipts(3);

    chain.grow(FakeChain.log(1, 10));

    assertThat(heard.next()).isEqualTo("+1/10");
  }

  @Test
  void saysSoWhenLogsStayAway() throws Exception {
    follower.follow(filter("{}"), heard);
    chain.failReceipts(5);

    chain.grow(FakeChain.log(1, 10));
    chain.grow(FakeChain.log(1, 20));

    assertThat(heard.next())
        .isEqualTo("the logs of block 1 could not be had: no server has the receipts");
    assertThat(heard.next()).isEqualTo("+2/20");
  }

  @Test
  void findsTheLogsOfALongSyncToo() throws Exception {
    follower.follow(filter("{}"), heard);
    chain.reorganise(0, List.of(FakeChain.log(1, 10)));
    assertThat(heard.next()).isEqualTo("+1/10");

    chain.growSilently(10);
    synchronized (chain) {
      chain.growSilently(3 * ChainFollower.MAX_BLOCKS);
    }
    chain.grow(FakeChain.log(1, 20));

    assertThat(heard.next()).isEqualTo("+" + (12 + 3 * ChainFollower.MAX_BLOCKS) + "/20");
  }

  @Test
  void keepsToTheRangeOfTheFilter() throws Exception {
    follower.follow(filter("{\"fromBlock\": \"0x2\", \"toBlock\": \"0x3\"}"), heard);

    for (int number = 1; number <= 4; number++) {
      chain.grow(FakeChain.log(1, number));
    }

    assertThat(List.of(heard.next(), heard.next())).containsExactly("+2/2", "+3/3");
    assertThat(heard.events).isEmpty();
  }

  @Test
  void refusesRangesAsGeth() throws Exception {
    for (String range :
        List.of(
            "{\"fromBlock\": \"0x3\", \"toBlock\": \"0x2\"}",
            "{\"fromBlock\": \"latest\", \"toBlock\": \"0x2\"}",
            "{\"fromBlock\": \"pending\", \"toBlock\": \"latest\"}",
            "{\"fromBlock\": \"finalized\"}")) {
      LogFilter filter = filter(range);
      assertThatThrownBy(() -> follower.follow(filter, heard))
          .as(range)
          .hasMessage("invalid from and to block combination: from > to");
    }
    follower.follow(filter("{\"fromBlock\": \"earliest\", \"toBlock\": \"pending\"}"), heard);
  }

  @Test
  void aMoveOverManyBlocksNamesTheNewestAndCountsTheOthers() {
    BlockHeader from = chain.head();
    chain.growSilently(1000);

    ChainMove move = new ChainFollower(chain, "test").between(from, chain.head());

    assertThat(move.retracted()).isEmpty();
    assertThat(move.adopted()).hasSize(ChainFollower.MAX_BLOCKS);
    assertThat(move.adopted().getLast()).isEqualTo(chain.head());
    assertThat(move.adopted().getFirst().number()).isEqualTo(1001 - ChainFollower.MAX_BLOCKS);
    assertThat(move.leftOut()).isEqualTo(1000 - ChainFollower.MAX_BLOCKS);
  }

  private static String address(int last) {
    return FakeChain.log(last, 0).address().toHexString();
  }
}
