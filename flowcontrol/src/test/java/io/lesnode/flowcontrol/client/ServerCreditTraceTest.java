package io.lesnode.flowcontrol.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.flowcontrol.CreditParams;
import io.lesnode.flowcontrol.Rounding;
import io.lesnode.flowcontrol.Traces;
import io.lesnode.primitives.testing.Vectors;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Replays what geth's server node did and compares every number. */
class ServerCreditTraceTest {

  @Test
  void replaysEveryTrace() {
    int lines = 0;
    for (Path file : Vectors.files("flowcontrol", "server-*")) {
      @Nullable ServerCredit credit = null;
      for (JsonNode line : Traces.lines(file)) {
        String at = file.getFileName() + " line " + line.path("i");
        long now = line.path("now").asLong();
        if (line.path("op").asText().equals("connect")) {
          credit = new ServerCredit(params(line), now, Rounding.AS_GETH);
        }
        if (credit != null) {
          perform(credit, line, now, at);
          check(credit, line.path("node"), at);
        }
        lines++;
      }
    }
    assertThat(lines).isPositive();
    System.out.printf("flow control: %d lines of client traces equal%n", lines);
  }

  private static void perform(ServerCredit credit, JsonNode line, long now, String at) {
    switch (line.path("op").asText()) {
      case "advance", "connect" -> {}
      case "canSend" ->
          assertThat(credit.canSend(line.path("maxCost").asLong(), now))
              .as(at)
              .isEqualTo(
                  new ServerCredit.Sendable(
                      line.path("wait").asLong(), line.path("relBuf").asDouble()));
      case "queued" ->
          credit.onQueued(line.path("reqID").asLong(), line.path("maxCost").asLong(), now);
      case "reply" -> credit.onReply(line.path("reqID").asLong(), line.path("bv").asLong(), now);
      case "resume" -> credit.onResume(line.path("bv").asLong(), now);
      case "updateParams" -> credit.updateParams(params(line), now);
      default -> throw new AssertionError("unknown operation in " + line);
    }
  }

  private static void check(ServerCredit credit, JsonNode node, String at) {
    assertThat(credit.estimate()).as(at).isEqualTo(node.path("bufEstimate").asLong());
    assertThat(credit.isRecharging()).as(at).isEqualTo(node.path("recharging").asBoolean());
    assertThat(credit.sumCost()).as(at).isEqualTo(node.path("sumCost").asLong());
    assertThat(credit.pendingCount()).as(at).isEqualTo(node.path("pending").asInt());
  }

  private static CreditParams params(JsonNode line) {
    return new CreditParams(line.path("bufLimit").asLong(), line.path("minRecharge").asLong());
  }
}
