package io.lesnode.contracts.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.state.AccountChange;
import io.lesnode.evm.state.StateChanges;
import io.lesnode.primitives.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Everything that happened to a chain with what came of it, for another virtual machine to repeat
 * ({@code contracts/solidity/replay.mjs}). Blocks that a reorganisation undid are not in it.
 */
final class Recording {
  private record Entry(long block, ObjectNode json) {}

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final boolean kept;
  private final List<Entry> entries = new ArrayList<>();

  /** What the code of the block in execution was told of earlier blocks. */
  private final Map<Long, Bytes32> hashes = new TreeMap<>();

  private final Map<UInt256, UInt256> historySlots = new TreeMap<>();

  /** A recording that keeps nothing unless {@code kept}. */
  Recording(boolean kept) {
    this.kept = kept;
  }

  void hashRead(long block, Bytes32 hash) {
    hashes.put(block, hash);
  }

  void historyRead(UInt256 slot, UInt256 value) {
    historySlots.put(slot, value);
  }

  void edit(long block, StateChanges changes) {
    for (AccountChange change : changes.accounts()) {
      if (change instanceof AccountChange.Updated updated) {
        ObjectNode json = entry(block, "edit");
        json.put("address", updated.address().toHexString());
        json.put("nonce", updated.nonce());
        json.put("balance", updated.balance().toHexString());
        if (updated.newCode() != null) {
          json.put("code", updated.newCode().toHexString());
        }
      }
    }
  }

  void split(long block, UInt256 chainId) {
    entry(block, "split").put("chainId", chainId.toLong());
  }

  void block(BlockContext context, List<Sent> sealed) {
    ObjectNode json = context(entry(context.number(), "block"), context);
    ArrayNode transactions = json.putArray("transactions");
    for (Sent sent : sealed) {
      ObjectNode each = transactions.addObject();
      each.put("raw", sent.transaction().encoded().toHexString());
      each.put("sender", sent.transaction().sender().toHexString());
      result(each, sent.success(), sent.gasUsed(), sent.returnData());
      each.put("created", sent.created() == null ? "" : sent.created().toHexString());
      ArrayNode logs = each.putArray("logs");
      sent.logs()
          .forEach(
              log -> {
                ObjectNode logged = logs.addObject();
                logged.put("address", log.address().toHexString());
                ArrayNode topics = logged.putArray("topics");
                log.topics().forEach(topic -> topics.add(topic.toHexString()));
                logged.put("data", log.data().toHexString());
              });
    }
  }

  void call(BlockContext context, Address from, Address to, Bytes data, boolean ok, Bytes answer) {
    ObjectNode json = context(entry(context.number() - 1, "call"), context);
    json.put("from", from.toHexString());
    json.put("to", to.toHexString());
    json.put("data", data.toHexString());
    json.put("success", ok);
    json.put("output", answer.toHexString());
  }

  void cutAfter(long block) {
    entries.removeIf(entry -> entry.block() > block);
  }

  /** All of it, with the state at the end. */
  JsonNode json(String fork, long chainId, ObjectNode lastState) {
    ObjectNode all = JSON.objectNode();
    all.put("fork", fork);
    all.put("chainId", chainId);
    ArrayNode steps = all.putArray("steps");
    entries.forEach(entry -> steps.add(entry.json()));
    all.set("state", lastState);
    return all;
  }

  private ObjectNode entry(long block, String kind) {
    ObjectNode json = JSON.objectNode().put("kind", kind);
    if (kept) {
      entries.add(new Entry(block, json));
    }
    return json;
  }

  private ObjectNode context(ObjectNode json, BlockContext context) {
    json.put("number", context.number());
    json.put("timestamp", context.timestamp());
    json.put("coinbase", context.coinbase().toHexString());
    json.put("gasLimit", context.gasLimit());
    if (context.prevRandao() != null) {
      json.put("prevRandao", context.prevRandao().toHexString());
    }
    if (context.baseFee() != null) {
      json.put("baseFee", context.baseFee().toLong());
    }
    ObjectNode known = json.putObject("hashes");
    hashes.forEach((block, hash) -> known.put(Long.toString(block), hash.toHexString()));
    ObjectNode slots = json.putObject("history");
    historySlots.forEach((slot, value) -> slots.put(hex(slot), hex(value)));
    hashes.clear();
    historySlots.clear();
    return json;
  }

  static void result(ObjectNode json, boolean success, long gasUsed, Bytes output) {
    json.put("success", success);
    json.put("gasUsed", gasUsed);
    json.put("output", output.toHexString());
  }

  static String hex(UInt256 word) {
    return word.toBytes().toHexString();
  }
}
