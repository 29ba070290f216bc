package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.app.config.ChainSettings;
import io.lesnode.app.config.SyncSettings;
import io.lesnode.devp2p.Enode;
import io.lesnode.primitives.Transaction;
import io.lesnode.rpc.AccountKeys;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts of a node sign for those who may use them, and for nobody else. */
class SigningTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FAUCET = DevNode.FAUCET.address().toHexString();
  private static final String PAYMENT =
      "[{\"from\":\"%s\",\"to\":\"0x00000000000000000000000000000000cafe0001\",\"value\":\"0x1\"}]"
          .formatted(FAUCET);

  /** What geth 1.10.26 makes of "hello" with the faucet's key (personal.sign). */
  private static final String GETH_SIGNATURE =
      "0xb013f92ff20c3fa1592054ac30930177218b8d52b4efdb266b59da85f43c77a6"
          + "0d0ad6a03e6d74b57efdd37fdec8240efb054e4f3d93eae93a3f6fe2525af2171c";

  @TempDir Path folder;

  private static JsonNode params(String text) throws Exception {
    return JSON.readTree(text);
  }

  @Test
  void aDevChainSignsForEverybodyAndALightNodeForItsOperator() throws Exception {
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        RpcClient dev = new RpcClient(chain.node().endpoints().http().orElseThrow());
        LightNode light =
            LightNode.start(
                new LightNode.Settings(
                    new ChainSettings(
                        folder.resolve("light"),
                        Optional.of(chain.genesis()),
                        OptionalLong.empty(),
                        false,
                        false),
                    VectorChain.peers(false),
                    VectorChain.http(),
                    VectorChain.endpoints(),
                    List.of(Enode.parse(chain.enode())),
                    SyncSettings.DEFAULT,
                    AccountKeys.forOperator(List.of(DevNode.FAUCET))));
        RpcClient http = new RpcClient(light.endpoints().http().orElseThrow());
        StreamRpcClient ipc = StreamRpcClient.ipc(light.endpoints().ipc().orElseThrow())) {
      assertThat(dev.result("eth_accounts").toString()).isEqualTo("[\"" + FAUCET + "\"]");
      assertThat(dev.call("eth_sendTransaction", params(PAYMENT)).path("result").asText())
          .startsWith("0x");
      light.client().within(DevChain.LIMIT).awaitSynced().orElseThrow();
      Heads.await(light.client(), 1, DevChain.LIMIT);

      assertThat(http.result("eth_accounts").toString()).isEqualTo("[]");
      assertThat(http.call("eth_sendTransaction", params(PAYMENT)).at("/error/message").asText())
          .isEqualTo("unknown account");
      assertThat(
              http.call("eth_sign", params("[\"%s\",\"0x00\"]".formatted(FAUCET)))
                  .at("/error/message")
                  .asText())
          .isEqualTo("unknown account");

      assertThat(ipc.call("eth_accounts", params("[]")).path("result").toString())
          .isEqualTo("[\"" + FAUCET + "\"]");
      JsonNode sent = ipc.call("eth_sendTransaction", params(PAYMENT));
      assertThat(sent.path("result").asText()).as(sent.toString()).hasSize(66);
      Heads.await(light.client(), 2, DevChain.LIMIT);
      JsonNode signed =
          ipc.call(
              "eth_signTransaction",
              params(
                  PAYMENT.replace(
                      "}]",
                      ",\"gas\":\"0x5208\",\"nonce\":\"0x7\",\"maxFeePerGas\":\"0x3b9aca00\","
                          + "\"maxPriorityFeePerGas\":\"0x1\"}]")));
      Transaction raw = Transaction.decode(Bytes.fromHexString(signed.at("/result/raw").asText()));
      assertThat(raw.sender()).isEqualTo(DevNode.FAUCET.address());
      assertThat(raw.nonce()).isEqualTo(7);
    }
  }

  @Test
  void messagesAreSignedAsGethDoes() throws Exception {
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        RpcClient dev = new RpcClient(chain.node().endpoints().http().orElseThrow())) {
      assertThat(
              dev.call("eth_sign", params("[\"%s\",\"0x68656c6c6f\"]".formatted(FAUCET)))
                  .path("result")
                  .asText())
          .isEqualTo(GETH_SIGNATURE);
    }
  }
}
