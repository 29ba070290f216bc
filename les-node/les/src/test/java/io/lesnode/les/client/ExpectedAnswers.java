package io.lesnode.les.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.CallExecutor;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.Message;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.Cancellation;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.config.Fork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Compares a light client's answers with those that a geth archive node gave for the same chain.
 */
final class ExpectedAnswers {
  private final LightClient client;
  private final CallExecutor calls;
  private final Map<String, Integer> compared = new TreeMap<>();
  private final List<String> mismatches = new ArrayList<>();

  ExpectedAnswers(LightClient client) {
    this.client = client;
    this.calls = new CallExecutor(client.config().chainId(), new CodeCache(1 << 20));
  }

  /** Compares all that the client answers, to the end; returns how many of each method. */
  Map<String, Integer> compare(JsonNode expected) {
    for (JsonNode sample : expected.path("rpc")) {
      String method = sample.path("method").asText();
      try {
        if (compare(method, sample.path("params"), sample)) {
          compared.merge(method, 1, Integer::sum);
        }
      } catch (AssertionError e) {
        mismatches.add(String.valueOf(e.getMessage()).strip());
      }
    }
    assertThat(mismatches).isEmpty();
    return compared;
  }

  private boolean compare(String method, JsonNode params, JsonNode sample) {
    JsonNode result = sample.path("result");
    String name = method + " " + params;
    switch (method) {
      case "eth_getBalance" ->
          assertThat(quantity(account(params, 1).map(Account::balance).orElse(UInt256.ZERO)))
              .as(name)
              .isEqualTo(result.asText());
      case "eth_getTransactionCount" ->
          assertThat("0x" + Long.toHexString(account(params, 1).map(Account::nonce).orElse(0L)))
              .as(name)
              .isEqualTo(result.asText());
      case "eth_getCode" ->
          assertThat(client.code(block(params.path(1)), address(params.path(0))).orElseThrow())
              .as(name)
              .isEqualTo(Bytes.fromHexString(result.asText()));
      case "eth_getStorageAt" ->
          assertThat(
                  client
                      .storage(block(params.path(2)), address(params.path(0)), slot(params.path(1)))
                      .orElseThrow()
                      .toHexString())
              .as(name)
              .isEqualTo(result.asText());
      case "eth_getProof" -> compareProof(name, params, result);
      case "eth_getTransactionReceipt" -> compareReceipt(name, params, result);
      case "eth_getTransactionByHash" -> compareTransaction(name, params, result);
      case "eth_getBlockByNumber", "eth_getBlockByHash" -> compareBlock(name, params, result);
      case "eth_call" -> compareCall(name, params, sample);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void compareProof(String name, JsonNode params, JsonNode result) {
    List<UInt256> slots = new ArrayList<>();
    params.path(1).forEach(node -> slots.add(slot(node)));
    AccountProof proof =
        client.proof(block(params.path(2)), address(params.path(0)), slots).orElseThrow();
    assertThat(hex(proof.nodes())).as(name).isEqualTo(texts(result.path("accountProof")));
    for (int i = 0; i < slots.size(); i++) {
      JsonNode storage = result.path("storageProof").path(i);
      AccountProof.StorageProof ours = proof.storage().get(i);
      assertThat(quantity(ours.value())).as(name).isEqualTo(storage.path("value").asText());
      assertThat(hex(ours.nodes())).as(name).isEqualTo(texts(storage.path("proof")));
    }
  }

  private void compareReceipt(String name, JsonNode params, JsonNode result) {
    Optional<IncludedTransaction> found =
        client.transaction(Bytes32.fromHexString(params.path(0).asText())).orElseThrow();
    if (result.isNull()) {
      assertThat(found).as(name).isEmpty();
      return;
    }
    IncludedTransaction included = found.orElseThrow();
    Receipt receipt = client.receipts(included.header()).orElseThrow().get(included.index());
    assertThat(included.header().hash().toHexString())
        .as(name)
        .isEqualTo(result.path("blockHash").asText());
    assertThat("0x" + Long.toHexString(receipt.cumulativeGasUsed()))
        .as(name)
        .isEqualTo(result.path("cumulativeGasUsed").asText());
    assertThat(receipt.logs()).as(name).hasSize(result.path("logs").size());
    assertThat(receipt.bloom().bytes().toHexString())
        .as(name)
        .isEqualTo(result.path("logsBloom").asText());
  }

  private void compareTransaction(String name, JsonNode params, JsonNode result) {
    Optional<IncludedTransaction> found =
        client.transaction(Bytes32.fromHexString(params.path(0).asText())).orElseThrow();
    assertThat(found.map(tx -> tx.header().hash().toHexString() + tx.index()).orElse("null"))
        .as(name)
        .isEqualTo(
            result.isNull()
                ? "null"
                : result.path("blockHash").asText()
                    + Integer.decode(result.path("transactionIndex").asText()));
  }

  private void compareBlock(String name, JsonNode params, JsonNode result) {
    String selector = params.path(0).asText();
    Optional<BlockHeader> header =
        selector.length() == 66
            ? client.header(Bytes32.fromHexString(selector))
            : numbered(selector);
    if (result.isNull()) {
      assertThat(header).as(name).isEmpty();
      return;
    }
    BlockHeader found = header.orElseThrow();
    BlockBody body = client.body(found).orElseThrow();
    assertThat(found.hash().toHexString()).as(name).isEqualTo(result.path("hash").asText());
    assertThat(client.totalDifficulty(found.hash()).map(ExpectedAnswers::quantity))
        .as(name)
        .contains(result.path("totalDifficulty").asText());
    assertThat(body.transactions()).as(name).hasSize(result.path("transactions").size());
    assertThat(body.ommers()).as(name).hasSize(result.path("uncles").size());
  }

  private void compareCall(String name, JsonNode params, JsonNode sample) {
    BlockHeader header = block(params.path(1));
    JsonNode call = params.path(0);
    Address from = call.has("from") ? address(call.path("from")) : Address.ZERO;
    Address to = call.has("to") ? address(call.path("to")) : null;
    UInt256 price = UInt256.fromHexString(call.path("gasPrice").asText("0x0"));
    Message message =
        new Message(
            from,
            to,
            0,
            UInt256.fromHexString(call.path("value").asText("0x0")),
            call.has("gas") ? Long.decode(call.path("gas").asText()) : 50_000_000L,
            price,
            price,
            price,
            Bytes.fromHexString(call.path("data").asText(call.path("input").asText("0x"))),
            List.of(),
            null,
            List.of());
    CallHints hints = CallHints.call(List.of(from, client.author(header)), to, message.data());
    try {
      ExecutionResult outcome =
          client
              .state(header)
              .execute(
                  hints,
                  state ->
                      calls.call(
                          message, context(header), new JournaledState(state), new Cancellation()));
      if (sample.has("result")) {
        assertThat(outcome.succeeded()).as(name).isTrue();
        assertThat(outcome.returnData().toHexString())
            .as(name)
            .isEqualTo(sample.path("result").asText());
      } else {
        assertThat(outcome.succeeded()).as(name).isFalse();
        if (sample.path("error").has("data")) {
          assertThat(outcome.returnData().toHexString())
              .as(name)
              .isEqualTo(sample.path("error").path("data").asText());
        }
      }
    } catch (TransactionRejectedException e) {
      assertThat(sample.has("error")).as(name + ": " + e.getMessage()).isTrue();
    }
  }

  private BlockContext context(BlockHeader header) {
    Fork fork = client.config().forkAt(header.number(), header.timestamp(), header.difficulty());
    return new BlockContext(
        fork,
        header.number(),
        header.timestamp(),
        client.author(header),
        header.gasLimit(),
        header.difficulty(),
        null,
        header.baseFeePerGas(),
        null,
        number -> client.header(number).map(BlockHeader::hash).orElse(Bytes32.ZERO));
  }

  private Optional<Account> account(JsonNode params, int blockIndex) {
    return client.account(block(params.path(blockIndex)), address(params.path(0))).orElseThrow();
  }

  private BlockHeader block(JsonNode selector) {
    return numbered(selector.asText("latest")).orElseThrow();
  }

  private Optional<BlockHeader> numbered(String selector) {
    return switch (selector) {
      case "latest", "pending" -> Optional.of(client.head());
      case "earliest" -> client.header(0);
      default -> client.header(Long.decode(selector));
    };
  }

  private static Address address(JsonNode node) {
    return Address.fromHex(node.asText());
  }

  private static UInt256 slot(JsonNode node) {
    return UInt256.fromHexString(node.asText());
  }

  private static String quantity(UInt256 value) {
    return value.toShortHexString().equals("0x") ? "0x0" : value.toShortHexString();
  }

  private static List<String> hex(List<Bytes> nodes) {
    return nodes.stream().map(Bytes::toHexString).toList();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(node -> texts.add(node.asText()));
    return texts;
  }
}
