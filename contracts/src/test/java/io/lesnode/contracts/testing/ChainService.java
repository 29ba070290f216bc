package io.lesnode.contracts.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Transaction;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.web3j.protocol.Service;

/**
 * What web3j asks of a node when it deploys and calls contracts, answered by a {@link
 * ContractChain}: {@code Web3j.build(new ChainService(chain))}. Every transaction gets a block.
 */
public final class ChainService extends Service {
  private final ContractChain chain;
  private final ObjectMapper mapper = new ObjectMapper();

  /** A service on {@code chain}. */
  public ChainService(ContractChain chain) {
    super(false);
    this.chain = chain;
  }

  @Override
  protected InputStream performIO(String request) throws IOException {
    JsonNode call = mapper.readTree(request);
    ObjectNode answer = mapper.createObjectNode().put("jsonrpc", "2.0");
    answer.set("id", call.get("id"));
    try {
      answer.set("result", answer(call.get("method").asText(), call.get("params")));
    } catch (CallRevertedException e) {
      answer
          .putObject("error")
          .put("code", 3)
          .put("message", "execution reverted")
          .put("data", e.data().toHexString());
    }
    return new ByteArrayInputStream(mapper.writeValueAsBytes(answer));
  }

  private JsonNode answer(String method, JsonNode params) {
    return switch (method) {
      case "eth_chainId" -> mapper.valueToTree(chain.chainId().toQuantityHexString());
      case "eth_blockNumber" -> mapper.valueToTree(hex(chain.number()));
      case "eth_getTransactionCount" ->
          mapper.valueToTree(hex(chain.nonce(address(params.get(0)))));
      case "eth_getCode" -> mapper.valueToTree(chain.code(address(params.get(0))).toHexString());
      case "eth_call" -> mapper.valueToTree(call(params.get(0)).toHexString());
      case "eth_sendRawTransaction" ->
          mapper.valueToTree(
              chain
                  .send(Transaction.decode(Bytes.fromHexString(params.get(0).asText())))
                  .hash()
                  .toHexString());
      case "eth_getTransactionReceipt" ->
          chain
              .receipt(Bytes32.fromHexString(params.get(0).asText()))
              .map(this::receipt)
              .orElse(mapper.nullNode());
      default -> throw new UnsupportedOperationException(method);
    };
  }

  private Bytes call(JsonNode call) {
    Address from = call.has("from") ? address(call.get("from")) : Address.ZERO;
    return chain.call(
        from,
        address(call.get("to")),
        Bytes.fromHexString(call.get("data").asText()),
        chain.number());
  }

  private JsonNode receipt(Sent sent) {
    ObjectNode json = mapper.createObjectNode();
    json.put("transactionHash", sent.hash().toHexString());
    json.put("transactionIndex", hex(sent.index()));
    json.put("blockHash", sent.blockHash().toHexString());
    json.put("blockNumber", hex(sent.block()));
    json.put("gasUsed", hex(sent.gasUsed()));
    json.put("status", sent.success() ? "0x1" : "0x0");
    json.put("from", sent.transaction().sender().toHexString());
    if (sent.created() != null) {
      json.put("contractAddress", sent.created().toHexString());
    }
    ArrayNode logs = json.putArray("logs");
    for (Log log : sent.logs()) {
      ObjectNode each = logs.addObject();
      each.put("logIndex", hex(logs.size() - 1L));
      each.put("transactionHash", sent.hash().toHexString());
      each.put("address", log.address().toHexString());
      each.put("data", log.data().toHexString());
      ArrayNode topics = each.putArray("topics");
      log.topics().forEach(topic -> topics.add(topic.toHexString()));
    }
    return json;
  }

  private static Address address(JsonNode text) {
    return Address.fromHex(text.asText());
  }

  private static String hex(long number) {
    return UInt256.valueOf(number).toQuantityHexString();
  }

  @Override
  public void close() {}
}
