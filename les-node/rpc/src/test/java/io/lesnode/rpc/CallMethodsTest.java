package io.lesnode.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.evm.state.StateReader;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.crypto.Keccak;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Access lists, and what a call can pretend about its block and its state. */
class CallMethodsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTRACT = "0x00000000000000000000000000000000000000cc";

  /** Reads slot 1, looks at the size of account 0xaa, and returns the block number. */
  private static final Bytes LOOKS_AROUND =
      Bytes.fromHexString("0x6001545060aa3b504360005260206000f3");

  private final FakeChain chain = new FakeChain();
  private final Map<String, RpcMethod> methods = new HashMap<>();

  CallMethodsTest() {
    chain.state(
        new StateReader() {
          @Override
          public @Nullable Account account(Address address) {
            return address.toHexString().equals(CONTRACT)
                ? new Account(
                    1, UInt256.ZERO, EmptyHashes.TRIE_ROOT, Keccak.keccak256(LOOKS_AROUND))
                : null;
          }

          @Override
          public Bytes code(Address address, Bytes32 codeHash) {
            return LOOKS_AROUND;
          }

          @Override
          public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
            return UInt256.ZERO;
          }
        });
    CallRunner runner = new CallRunner(chain, 50_000_000);
    new CallMethods(chain, runner, 50_000_000, Duration.ZERO).register(methods);
  }

  private JsonNode call(String method, String params) throws Exception {
    return methods.get(method).call(Arguments.of(JSON.readTree(params)));
  }

  @Test
  void listsWhatACallTouches() throws Exception {
    JsonNode answer = call("eth_createAccessList", "[{\"to\": \"" + CONTRACT + "\"}, \"latest\"]");

    assertThat(answer.path("accessList"))
        .isEqualTo(
            JSON.readTree(
                """
                [{"address": "0x00000000000000000000000000000000000000cc",
                  "storageKeys":
                    ["0x0000000000000000000000000000000000000000000000000000000000000001"]},
                 {"address": "0x00000000000000000000000000000000000000aa", "storageKeys": []}]"""));
    assertThat(answer.has("error")).isFalse();
    // 21000, two addresses and a slot of the list, and the code with everything warm
    long listed = 2 * 2400 + 1900;
    assertThat(Long.decode(answer.path("gasUsed").asText()))
        .isBetween(21_000 + listed, 21_500 + listed);
  }

  @Test
  void anAccessListNeedsNoBalanceUnlessAFeeIsOffered() throws Exception {
    assertThatThrownBy(
            () ->
                call(
                    "eth_createAccessList",
                    "[{\"to\": \"" + CONTRACT + "\", \"maxFeePerGas\": \"0x9\"}, \"latest\"]"))
        .hasMessageContaining("insufficient funds for gas * price + value");
  }

  @Test
  void aCallCanPretendToBeInAnotherBlock() throws Exception {
    String to = "{\"to\": \"" + CONTRACT + "\"}";

    assertThat(call("eth_call", "[" + to + ", \"latest\"]").asText()).endsWith("00");
    assertThat(call("eth_call", "[" + to + ", \"latest\", {}, {\"number\": \"0x1234\"}]").asText())
        .endsWith("1234");
    assertThat(
            call("eth_call", "[" + to + ", \"latest\", null, {\"blockNumber\": \"0x12\"}]")
                .asText())
        .endsWith("0012");
    assertThatThrownBy(() -> call("eth_call", "[" + to + ", \"latest\", {}, {\"number\": 1}]"))
        .hasMessageContaining("invalid argument 3");
  }

  @Test
  void anEstimateCanPretendOtherCode() throws Exception {
    String to = "{\"to\": \"" + CONTRACT + "\"}";
    long real = Long.decode(call("eth_estimateGas", "[" + to + ", \"latest\"]").asText());
    long other =
        Long.decode(
            call(
                    "eth_estimateGas",
                    "[" + to + ", \"latest\", {\"" + CONTRACT + "\": {\"code\": \"0x\"}}]")
                .asText());

    assertThat(other).isEqualTo(21_000);
    assertThat(real).isGreaterThan(21_000 + 2100 + 2600);
  }
}
