package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.les.server.BenchmarkResult;
import io.lesnode.les.server.BenchmarkSetup;
import io.lesnode.les.server.MeasuredCosts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** les_benchmark in geth's shapes; what cannot be measured is refused before anything runs. */
class BenchmarkMethodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<String> runs = new ArrayList<>();

  private final ServerBenchmark benchmark =
      new ServerBenchmark() {
        @Override
        public List<BenchmarkResult> run(
            List<BenchmarkSetup> setups, int passes, long targetNanos) {
          runs.add(setups + " " + passes + " " + targetNanos);
          return List.of(
              new BenchmarkResult.Measured(7, 8, 9, 10),
              new BenchmarkResult.Failed("no processed sections available"));
        }

        @Override
        public MeasuredCosts measure(int passes, long targetNanos) {
          throw new RpcException("a benchmark is running already; wait for it to end");
        }
      };

  private JsonNode ask(String method, String params) throws IOException {
    Map<String, RpcMethod> methods = new HashMap<>();
    FakeNode node =
        new FakeNode(Optional.empty(), Optional.of(benchmark), Optional.empty(), Optional.empty());
    new BenchmarkMethods(node).registerForOperator(methods);
    String request = "{\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}";
    RpcDispatcher dispatcher = new RpcDispatcher(RpcOffer.of(methods), RpcLimits.standard());
    RpcReply reply = dispatcher.answer(request.getBytes(StandardCharsets.UTF_8));
    return JSON.readTree(reply.bytes().orElseThrow());
  }

  @Test
  void resultsAreInTheOrderOfTheSetups() throws IOException {
    JsonNode answer =
        ask(
            "les_benchmark",
            "[[{\"type\":\"header\",\"amount\":16,\"skip\":0,\"byHash\":true},{\"type\":\"cht\"}],3,250]");
    assertThat(answer.path("result").toString())
        .isEqualTo(
            "[{\"totalCount\":7,\"avgTime\":8,\"maxInSize\":9,\"maxOutSize\":10},"
                + "{\"error\":\"no processed sections available\"}]");
    List<BenchmarkSetup> setups =
        List.of(
            new BenchmarkSetup(BenchmarkSetup.Type.HEADER, 16, 0, true, false),
            BenchmarkSetup.of(BenchmarkSetup.Type.CHT));
    assertThat(runs).containsExactly(setups + " 3 250000000");
  }

  @Test
  void onlyOneRunsAtATime() throws IOException {
    assertThat(ask("les_measureCosts", "[1,1]").at("/error/message").asText())
        .isEqualTo("a benchmark is running already; wait for it to end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[{\"type\":\"headers\"}],1,1 | unknown benchmark type",
        "[{}],1,1 | unknown benchmark type",
        "[7],1,1 | unknown benchmark type",
        "{},1,1 | invalid argument 0: json: cannot unmarshal object into Go value of type"
            + " []map[string]interface {}",
        "[{\"type\":\"header\",\"amount\":193}],1,1 | invalid argument 0: amount of header must be"
            + " from 1 to 192, not 193",
        "[{\"type\":\"header\",\"amount\":\"1\"}],1,1 | invalid argument 0: amount must be a whole"
            + " number",
        "[{\"type\":\"header\",\"byHash\":1}],1,1 | invalid argument 0: byHash must be true or false",
        "[{\"type\":\"body\"}],0,1 | invalid argument 1: passes are 1 to 1000, not 0",
        "[{\"type\":\"body\"}],1,-1 | invalid argument 2: the length is in milliseconds and at most"
            + " an hour for all setups and passes, not -1",
        "[{\"type\":\"body\"}],1000,3601 | invalid argument 2: the length is in milliseconds and at"
            + " most an hour for all setups and passes, not 3601",
        "[{\"type\":\"body\"}],1 | missing value for required argument 2",
      })
  void wrongSetupsRunNothing(String params, String message) throws IOException {
    JsonNode answer = ask("les_benchmark", "[" + params + "]");
    assertThat(answer.at("/error/message").asText()).isEqualTo(message);
    assertThat(runs).isEmpty();
  }
}
