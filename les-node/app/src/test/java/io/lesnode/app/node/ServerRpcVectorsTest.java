package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every answer that geth gave about the vector chains, asked of our full node over HTTP. */
class ServerRpcVectorsTest {
  private static final int SHOWN_DIFFERENCES = 10;

  static List<VectorChain> chains() {
    return VectorChain.all();
  }

  @ParameterizedTest
  @MethodSource("chains")
  void answersAsGeth(VectorChain vector, @TempDir Path datadir) {
    vector.importInto(datadir);
    try (FullNode node = FullNode.start(vector.server(datadir));
        RpcClient rpc = new RpcClient(node.endpoints().http().orElseThrow())) {
      JsonNode expected = vector.expected();
      assertThat(rpc.result("eth_chainId").asText())
          .isEqualTo("0x" + Long.toHexString(expected.path("chainId").asLong()));
      List<String> differences = differences(rpc, expected.path("rpc"), List.of());
      System.out.println(
          vector
              + ": "
              + expected.path("rpc").size()
              + " calls, "
              + differences.size()
              + " differ");
      assertThat(differences.stream().limit(SHOWN_DIFFERENCES)).isEmpty();
    }
  }

  /** Asks everything; methods of {@code leftOut} aside. */
  static List<String> differences(RpcClient rpc, JsonNode cases, List<String> leftOut) {
    List<String> differences = new ArrayList<>();
    for (JsonNode expected : cases) {
      String method = expected.path("method").asText();
      if (leftOut.contains(method)) {
        continue;
      }
      JsonNode answer = rpc.call(method, expected.path("params"));
      String field = expected.has("error") ? "error" : "result";
      if (!expected.path(field).equals(answer.path(field))) {
        differences.add(
            method
                + " "
                + expected.path("params")
                + "\n   geth: "
                + expected.path(field)
                + "\n   here: "
                + (answer.has(field) ? answer.path(field) : answer));
      }
    }
    return differences;
  }
}
