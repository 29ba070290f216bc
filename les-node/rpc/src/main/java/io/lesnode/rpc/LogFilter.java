package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.rpc.HexText.BadHex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.jspecify.annotations.Nullable;

/**
 * What eth_getLogs asks for: a range or one block, addresses, and topics by position (geth
 * eth/filters). Immutable.
 *
 * @param block one block by hash; then {@code from} and {@code to} mean nothing
 * @param addresses any of these emitted the log; empty means every address
 * @param topics per position any of the topics; an empty position matches everything
 */
record LogFilter(
    Optional<Bytes32> block,
    BlockSelector from,
    BlockSelector to,
    List<Address> addresses,
    List<List<Bytes32>> topics) {
  private static final int MAX_ALTERNATIVES = 1000;

  static LogFilter parse(JsonNode json) throws BadHex {
    if (!json.isObject()) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "filters.input"), false);
    }
    JsonNode hash = present(json, "blockHash");
    JsonNode from = present(json, "fromBlock");
    JsonNode to = present(json, "toBlock");
    if (hash != null && (from != null || to != null)) {
      throw new BadHex(
          "cannot specify both BlockHash and FromBlock/ToBlock, choose one or the other", false);
    }
    return new LogFilter(
        hash == null ? Optional.empty() : Optional.of(Arguments.hash(hash)),
        from == null ? BlockSelector.Tag.LATEST : Arguments.number(from.asText(), false),
        to == null ? BlockSelector.Tag.LATEST : Arguments.number(to.asText(), false),
        addresses(present(json, "address")),
        topics(present(json, "topics")));
  }

  private static @Nullable JsonNode present(JsonNode json, String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private static List<Address> addresses(@Nullable JsonNode json) throws BadHex {
    if (json == null) {
      return List.of();
    }
    if (json.isTextual()) {
      return List.of(Address.of(exactly(json.textValue(), 20, "address", "invalid address: ")));
    }
    if (!json.isArray()) {
      throw new BadHex("invalid addresses in query", false);
    }
    List<Address> addresses = new ArrayList<>();
    for (int i = 0; i < bounded(json).size(); i++) {
      if (!json.get(i).isTextual()) {
        throw new BadHex("non-string address at index " + i, false);
      }
      addresses.add(
          Address.of(
              exactly(
                  json.get(i).textValue(), 20, "address", "invalid address at index " + i + ": ")));
    }
    return List.copyOf(addresses);
  }

  private static List<List<Bytes32>> topics(@Nullable JsonNode json) throws BadHex {
    if (json == null) {
      return List.of();
    }
    if (!json.isArray()) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "[]interface {}"), false);
    }
    List<List<Bytes32>> positions = new ArrayList<>();
    for (JsonNode position : bounded(json)) {
      positions.add(alternatives(position));
    }
    return List.copyOf(positions);
  }

  private static List<Bytes32> alternatives(JsonNode position) throws BadHex {
    if (position.isNull()) {
      return List.of();
    }
    if (position.isTextual()) {
      return List.of(topic(position));
    }
    if (!position.isArray()) {
      throw new BadHex("invalid topic(s)", false);
    }
    List<Bytes32> topics = new ArrayList<>();
    for (JsonNode topic : bounded(position)) {
      if (topic.isNull()) {
        return List.of();
      }
      if (!topic.isTextual()) {
        throw new BadHex("invalid topic(s)", false);
      }
      topics.add(topic(topic));
    }
    return List.copyOf(topics);
  }

  private static Bytes32 topic(JsonNode topic) throws BadHex {
    return Bytes32.wrap(exactly(topic.textValue(), 32, "topic", ""));
  }

  private static JsonNode bounded(JsonNode list) throws BadHex {
    if (list.size() > MAX_ALTERNATIVES) {
      throw new BadHex("more than " + MAX_ALTERNATIVES + " alternatives in the query", false);
    }
    return list;
  }

  private static Bytes exactly(String text, int size, String what, String prefix) throws BadHex {
    if (text.isEmpty()) {
      throw new BadHex(prefix + "empty hex string", false);
    }
    Bytes value;
    try {
      value = HexText.parseData(text);
    } catch (BadHex bad) {
      throw new BadHex(prefix + bad.getMessage(), false);
    }
    if (value.size() != size) {
      throw new BadHex(
          prefix
              + "hex has invalid length "
              + value.size()
              + " after decoding; expected "
              + size
              + " for "
              + what,
          false);
    }
    return value;
  }

  /** Whether a block with this bloom can have a matching log. */
  boolean mayMatch(LogsBloom bloom) {
    if (!addresses.isEmpty() && addresses.stream().noneMatch(a -> bloom.mayContain(a.bytes()))) {
      return false;
    }
    for (List<Bytes32> position : topics) {
      if (!position.isEmpty() && position.stream().noneMatch(bloom::mayContain)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a log matches. */
  boolean matches(Log log) {
    if (!addresses.isEmpty() && !addresses.contains(log.address())) {
      return false;
    }
    if (topics.size() > log.topics().size()) {
      return false;
    }
    for (int i = 0; i < topics.size(); i++) {
      if (!topics.get(i).isEmpty() && !topics.get(i).contains(log.topics().get(i))) {
        return false;
      }
    }
    return true;
  }
}
