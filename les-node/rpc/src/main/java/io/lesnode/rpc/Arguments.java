package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.Address;
import io.lesnode.rpc.HexText.BadHex;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The positional parameters of one call. Each accessor decodes one parameter or throws {@link
 * RpcException} with geth's code -32602 and wording ("invalid argument 0: …", "missing value for
 * required argument 1"). Immutable.
 */
public final class Arguments {
  private final List<JsonNode> items;

  private Arguments(List<JsonNode> items) {
    this.items = items;
  }

  static Arguments of(JsonNode params) {
    if (params.isMissingNode() || params.isNull()) {
      return new Arguments(List.of());
    }
    if (!params.isArray()) {
      throw new RpcException(RpcException.INVALID_PARAMS, "non-array args");
    }
    List<JsonNode> items = new ArrayList<>();
    params.forEach(items::add);
    return new Arguments(items);
  }

  /** Refuses more than {@code count} parameters. */
  public Arguments atMost(int count) {
    if (items.size() > count) {
      throw new RpcException(
          RpcException.INVALID_PARAMS, "too many arguments, want at most " + count);
    }
    return this;
  }

  public boolean has(int index) {
    return index < items.size() && !items.get(index).isNull();
  }

  /** A required parameter of any type. */
  JsonNode required(int index) {
    if (!has(index)) {
      throw new RpcException(
          RpcException.INVALID_PARAMS, "missing value for required argument " + index);
    }
    return items.get(index);
  }

  public String string(int index) {
    JsonNode node = required(index);
    if (!node.isTextual()) {
      throw invalid(index, cannotUnmarshal(node, "string"));
    }
    return node.textValue();
  }

  public boolean flag(int index) {
    JsonNode node = required(index);
    if (!node.isBoolean()) {
      throw invalid(index, cannotUnmarshal(node, "bool"));
    }
    return node.booleanValue();
  }

  /** A JSON number without a fraction that fits 64 bits: Go's int64. */
  public long integer(int index) {
    JsonNode node = required(index);
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw invalid(
          index,
          node.isNumber()
              ? "json: cannot unmarshal number " + node + " into Go value of type int64"
              : cannotUnmarshal(node, "int64"));
    }
    return node.longValue();
  }

  /** A JSON object. */
  public JsonNode object(int index) {
    JsonNode node = required(index);
    if (!node.isObject()) {
      throw invalid(index, cannotUnmarshal(node, "map[string]interface {}"));
    }
    return node;
  }

  Address address(int index) {
    return decode(index, () -> address(required(index)));
  }

  Bytes32 hash(int index) {
    return decode(index, () -> hash(required(index)));
  }

  Bytes data(int index) {
    return decode(index, () -> data(required(index)));
  }

  /** A hex quantity of at most 64 bits (unsigned). */
  long quantity(int index) {
    return decode(index, () -> quantity(required(index), "hexutil.Uint"));
  }

  /** A block by number or tag only: geth's rpc.BlockNumber. */
  BlockSelector blockNumber(int index) {
    JsonNode node = required(index);
    // geth strips the quotes if there are any and parses what is left
    return decode(
        index, () -> number(node.isTextual() ? node.textValue() : node.toString(), false));
  }

  /** A block by number, tag, hash or object: geth's rpc.BlockNumberOrHash. */
  BlockSelector block(int index) {
    JsonNode node = required(index);
    return decode(index, () -> selector(node));
  }

  /** As {@link #block}, or the given one when the parameter is absent. */
  BlockSelector block(int index, BlockSelector otherwise) {
    return has(index) ? block(index) : otherwise;
  }

  /** Something that can refuse its input. */
  @FunctionalInterface
  interface Decoding<T> {
    T decode() throws BadHex;
  }

  /** Runs a decoder, naming the parameter in what it refuses. */
  <T> T decode(int index, Decoding<T> decoding) {
    try {
      return decoding.decode();
    } catch (BadHex bad) {
      throw invalid(index, String.valueOf(bad.getMessage()));
    }
  }

  static RpcException invalid(int index, String why) {
    return new RpcException(RpcException.INVALID_PARAMS, "invalid argument " + index + ": " + why);
  }

  // Decoding of single values, shared with objects such as transaction arguments.

  static Address address(JsonNode node) throws BadHex {
    return Address.of(fixed(node, 20, "common.Address"));
  }

  static Bytes32 hash(JsonNode node) throws BadHex {
    return Bytes32.wrap(fixed(node, 32, "common.Hash"));
  }

  static Bytes data(JsonNode node) throws BadHex {
    return typed("hexutil.Bytes", () -> HexText.parseData(text(node, "hexutil.Bytes")));
  }

  static long quantity(JsonNode node, String goType) throws BadHex {
    return typed(goType, () -> HexText.parseLong(text(node, goType)));
  }

  static UInt256 big(JsonNode node) throws BadHex {
    return typed("*hexutil.Big", () -> HexText.parseUInt256(text(node, "*hexutil.Big")));
  }

  private static Bytes fixed(JsonNode node, int size, String goType) throws BadHex {
    return typed(goType, () -> HexText.parseFixed(text(node, goType), size, goType));
  }

  private static <T> T typed(String goType, Decoding<T> decoding) throws BadHex {
    try {
      return decoding.decode();
    } catch (BadHex bad) {
      throw new BadHex(bad.forType(goType), false);
    }
  }

  private static String text(JsonNode node, String goType) throws BadHex {
    if (!node.isTextual()) {
      throw new BadHex("json: cannot unmarshal non-string into Go value of type " + goType, false);
    }
    return node.textValue();
  }

  static BlockSelector number(String text, boolean orHash) throws BadHex {
    BlockSelector tag = tag(text);
    if (tag != null) {
      return tag;
    }
    long number = HexText.parseBlockNumber(text);
    if (number < 0) {
      throw new BadHex(orHash ? "blocknumber too high" : "block number larger than int64", false);
    }
    return new BlockSelector.Height(number);
  }

  private static BlockSelector.@Nullable Tag tag(String text) {
    return switch (text) {
      case "earliest", "latest", "pending", "safe", "finalized" ->
          BlockSelector.Tag.valueOf(text.toUpperCase(Locale.ROOT));
      default -> null;
    };
  }

  private static BlockSelector selector(JsonNode node) throws BadHex {
    if (node.isObject()) {
      JsonNode hash = node.get("blockHash");
      JsonNode number = node.get("blockNumber");
      boolean byHash = hash != null && !hash.isNull();
      boolean byNumber = number != null && !number.isNull();
      if (byHash && byNumber) {
        throw new BadHex(
            "cannot specify both BlockHash and BlockNumber, choose one or the other", false);
      }
      if (byHash) {
        return new BlockSelector.Hash(hash(hash), node.path("requireCanonical").asBoolean(false));
      }
      if (byNumber) {
        return number(number.asText(), false);
      }
      // geth accepts the object and fails when it is used, with this text and code -32000
      throw new RpcException("invalid arguments; neither block nor hash specified");
    }
    if (!node.isTextual()) {
      throw new BadHex(cannotUnmarshal(node, "string"), false);
    }
    String text = node.textValue();
    if (text.length() == 66) {
      return new BlockSelector.Hash(Bytes32.wrap(HexText.parseFixed(text, 32, "Hash")), false);
    }
    return number(text, true);
  }

  static String cannotUnmarshal(JsonNode node, String goType) {
    String kind =
        switch (node.getNodeType()) {
          case ARRAY -> "array";
          case BOOLEAN -> "bool";
          case NUMBER -> "number";
          case OBJECT, POJO -> "object";
          case STRING, BINARY -> "string";
          case NULL, MISSING -> "null";
        };
    return "json: cannot unmarshal " + kind + " into Go value of type " + goType;
  }
}
