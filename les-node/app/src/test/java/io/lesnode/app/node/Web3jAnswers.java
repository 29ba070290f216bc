package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.les.client.LightClient;
import io.lesnode.web3j.LesWeb3jService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;

/**
 * Answers to the vectors' questions through web3j: of a light client in this process, with no RPC
 * server between. Stateless.
 */
final class Web3jAnswers {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 50;

  private Web3jAnswers() {}

  /** An answer with whatever result. */
  public static final class AnyResponse extends Response<JsonNode> {}

  /** Asks everything, one by one and some again in batches; what differs. */
  static List<String> differences(LightClient client, JsonNode expected) throws IOException {
    LesWeb3jService service = LesWeb3jService.of(client).withRawResponses();
    Web3j web3j = Web3j.build(service);
    assertThat(
            web3j
                .ethGetBlockByNumber(DefaultBlockParameterName.LATEST, false)
                .send()
                .getBlock()
                .getHash())
        .isEqualTo(expected.at("/head/hash").asText());
    List<JsonNode> cases = new ArrayList<>();
    expected.path("rpc").forEach(cases::add);
    List<String> differences = oneByOne(service, cases);
    inBatches(service, cases.subList(0, Math.min(cases.size(), 2 * BATCH)), differences);
    web3j.shutdown();
    return differences;
  }

  private static Request<Object, AnyResponse> request(LesWeb3jService service, JsonNode one) {
    List<Object> params = new ArrayList<>();
    one.path("params").forEach(params::add);
    return new Request<>(one.path("method").asText(), params, service, AnyResponse.class);
  }

  private static List<String> oneByOne(LesWeb3jService service, List<JsonNode> cases)
      throws IOException {
    List<String> differences = new ArrayList<>();
    for (JsonNode one : cases) {
      AnyResponse answer = request(service, one).send();
      compare(one, answer, JSON.readTree(answer.getRawResponse()), differences);
    }
    return differences;
  }

  private static void inBatches(
      LesWeb3jService service, List<JsonNode> cases, List<String> differences) throws IOException {
    for (int from = 0; from < cases.size(); from += BATCH) {
      List<JsonNode> some = cases.subList(from, Math.min(cases.size(), from + BATCH));
      BatchRequest batch = new BatchRequest(service);
      some.forEach(one -> batch.add(request(service, one)));
      List<? extends Response<?>> answers = batch.send().getResponses();
      for (int i = 0; i < some.size(); i++) {
        AnyResponse answer = (AnyResponse) answers.get(i);
        compare(some.get(i), answer, JSON.readTree(answer.getRawResponse()), differences);
      }
    }
  }

  /** The raw text is geth's answer, and web3j's objects say the same. */
  private static void compare(
      JsonNode expected, AnyResponse answer, JsonNode raw, List<String> differences) {
    String field = expected.has("error") ? "error" : "result";
    JsonNode wanted = expected.path(field);
    boolean same = wanted.equals(raw.path(field));
    if (answer.hasError()) {
      same &= answer.getError().getCode() == wanted.path("code").asInt();
      same &= wanted.path("message").asText().equals(answer.getError().getMessage());
    } else if (answer.getResult() != null) {
      same &= wanted.equals(answer.getResult());
    } else {
      same &= wanted.isNull();
    }
    if (!same) {
      differences.add(
          expected.path("method")
              + " "
              + expected.path("params")
              + "\n   geth: "
              + wanted
              + "\n   here: "
              + raw);
    }
  }
}
