package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.les.wire.KeyValues;
import io.lesnode.les.wire.LesCodec;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.les.wire.StatusKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the user of a wallet sees when the only server lies, over TCP and HTTP; and that the answer
 * comes as soon as an honest server is added. All the other lies are told in les,
 * ByzantineServersTest.
 */
final class LyingServerRpcTest {
  @TempDir private static Path directory;
  private static VectorChain vector;
  private static ChainFolder folder;

  private int secret = 4711;

  @BeforeAll
  static void importChain() {
    vector =
        VectorChain.all().stream()
            .filter(chain -> chain.toString().startsWith("forks-dao/"))
            .findFirst()
            .orElseGet(() -> VectorChain.all().getFirst());
    vector.importInto(directory.resolve("server"));
    folder = ChainFolder.open(vector.chain(directory.resolve("server")));
  }

  @AfterAll
  static void close() {
    folder.close();
  }

  @Test
  void aWrongProofIsNamedAndThenTheHonestServerAnswers() throws Exception {
    JsonNode sample = sample("eth_getBalance", result -> result.asText().length() > 8);
    try (LyingServer liar = start(onProofs(LyingServerRpcTest::withFlippedLeaf));
        LyingServer honest = start(LyingServer.Lie.NONE);
        LightNode light = light("proof", liar);
        RpcClient rpc = new RpcClient(light.endpoints().http().orElseThrow())) {
      VectorAnswers.awaitHead(light, vector);
      String message = errorOf(rpc, sample);
      assertThat(message).contains("no server gave a valid answer").contains(liar.name());

      assertThat(light.client().status().message()).contains(liar.name(), "bad answers");

      rpc.result("admin_addPeer", honest.enode().toString());
      assertThat(resultOnceAnswered(rpc, sample)).isEqualTo(sample.path("result"));
    }
  }

  @Test
  void garbageInPlaceOfABodyIsNamed() throws Exception {
    JsonNode sample =
        sample("eth_getBlockByNumber", result -> result.path("transactions").size() > 0);
    LyingServer.Lie garbage =
        (code, payload) ->
            code == LesMessage.BlockBodies.CODE ? Bytes.fromHexString("0xdeadbeef") : payload;
    try (LyingServer liar = start(garbage);
        LyingServer honest = start(LyingServer.Lie.NONE);
        LightNode light = light("body", liar);
        RpcClient rpc = new RpcClient(light.endpoints().http().orElseThrow())) {
      VectorAnswers.awaitHead(light, vector);
      assertThat(errorOf(rpc, sample)).contains("Could not get").contains(liar.name());

      rpc.result("admin_addPeer", honest.enode().toString());
      assertThat(resultOnceAnswered(rpc, sample).path("hash"))
          .isEqualTo(sample.path("result").path("hash"));
    }
  }

  @Test
  void aServerOfAnotherChainIsNamedWithTheReason() throws IOException {
    LyingServer.Lie otherGenesis =
        (code, payload) -> code == LesMessage.Status.CODE ? ofOtherGenesis(payload) : payload;
    JsonNode sample = sample("eth_getBalance", result -> true);
    try (LyingServer liar = start(otherGenesis);
        LightNode light = light("genesis", liar);
        RpcClient rpc = new RpcClient(light.endpoints().http().orElseThrow())) {
      String message = "";
      for (int i = 0; i < 20 && !message.contains("genesis"); i++) {
        message =
            rpc.call("eth_getBalance", withBlock(sample, "0x0")).at("/error/message").asText();
      }
      assertThat(message).contains("its genesis block is").contains(liar.name());
    }
  }

  private LyingServer start(LyingServer.Lie lie) throws IOException {
    return LyingServer.start(folder, secret++, lie);
  }

  private static LightNode light(String name, LyingServer server) {
    return LightNode.start(
        new LightNode.Settings(
            vector.chain(directory.resolve(name)),
            VectorChain.peers(false),
            VectorChain.http(),
            VectorChain.endpoints(),
            List.of(server.enode())));
  }

  /** The honest server has to be dialled first; every call until then ends with a reason. */
  private static JsonNode resultOnceAnswered(RpcClient rpc, JsonNode sample) {
    JsonNode answer = rpc.call(sample.path("method").asText(), sample.path("params"));
    for (int i = 0; i < 20 && answer.has("error"); i++) {
      assertThat(answer.at("/error/message").asText()).startsWith("Could not get");
      answer = rpc.call(sample.path("method").asText(), sample.path("params"));
    }
    return answer.path("result");
  }

  private static String errorOf(RpcClient rpc, JsonNode sample) {
    JsonNode answer = rpc.call(sample.path("method").asText(), sample.path("params"));
    assertThat(answer.has("result")).as(answer.toString()).isFalse();
    System.out.println("LyingServerRpcTest: " + answer.path("error"));
    return answer.at("/error/message").asText();
  }

  private static JsonNode sample(String method, Predicate<JsonNode> fits) {
    for (JsonNode sample : vector.expected().path("rpc")) {
      if (sample.path("method").asText().equals(method) && fits.test(sample.path("result"))) {
        return sample;
      }
    }
    throw new AssertionError("no fitting " + method + " in " + vector);
  }

  private static JsonNode withBlock(JsonNode sample, String block) {
    return new ObjectMapper().createArrayNode().add(sample.at("/params/0").asText()).add(block);
  }

  private static LyingServer.Lie onProofs(UnaryOperator<List<Bytes>> lie) {
    return (code, payload) -> {
      if (code != LesMessage.ProofsV2.CODE) {
        return payload;
      }
      LesMessage.ProofsV2 right =
          (LesMessage.ProofsV2) LesCodec.decode(LesVersion.LES4, code, payload);
      return LesCodec.encode(
          new LesMessage.ProofsV2(
              right.requestId(), right.bufferValue(), lie.apply(right.nodes())));
    };
  }

  private static List<Bytes> withFlippedLeaf(List<Bytes> nodes) {
    byte[] leaf = nodes.getLast().toArray();
    leaf[leaf.length - 1] ^= 1;
    List<Bytes> changed = new ArrayList<>(nodes);
    changed.set(nodes.size() - 1, Bytes.wrap(leaf));
    return changed;
  }

  private static Bytes ofOtherGenesis(Bytes payload) {
    LesMessage.Status right =
        (LesMessage.Status) LesCodec.decode(LesVersion.LES4, LesMessage.Status.CODE, payload);
    KeyValues.Builder values = KeyValues.builder();
    for (KeyValues.Entry entry : right.values().entries()) {
      boolean genesis = entry.key().equals(StatusKeys.GENESIS_HASH);
      values.raw(
          entry.key(), genesis ? RLP.encodeValue(Bytes32.repeat((byte) 0x5a)) : entry.value());
    }
    return LesCodec.encode(new LesMessage.Status(values.build()));
  }
}
