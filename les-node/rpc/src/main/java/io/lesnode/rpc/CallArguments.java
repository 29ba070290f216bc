package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.rpc.HexText.BadHex;
import java.util.ArrayList;
import java.util.List;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The transaction object of eth_call and eth_estimateGas: geth's TransactionArgs. Null fields were
 * not given.
 *
 * @param gas gas limit, unsigned
 */
record CallArguments(
    @Nullable Address from,
    @Nullable Address to,
    @Nullable Long gas,
    @Nullable UInt256 gasPrice,
    @Nullable UInt256 maxFeePerGas,
    @Nullable UInt256 maxPriorityFeePerGas,
    @Nullable UInt256 value,
    Bytes data,
    List<AccessListEntry> accessList) {
  private static final int MAX_ACCESS_LIST = 10_000;

  static CallArguments parse(JsonNode json) throws BadHex {
    if (!json.isObject()) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "ethapi.TransactionArgs"), false);
    }
    Bytes input = field(json, "input", Arguments::data);
    Bytes data = field(json, "data", Arguments::data);
    field(json, "nonce", node -> Arguments.quantity(node, "hexutil.Uint64"));
    field(json, "chainId", Arguments::big);
    List<AccessListEntry> accessList = field(json, "accessList", CallArguments::accessList);
    return new CallArguments(
        field(json, "from", Arguments::address),
        field(json, "to", Arguments::address),
        field(json, "gas", node -> Arguments.quantity(node, "hexutil.Uint64")),
        field(json, "gasPrice", Arguments::big),
        field(json, "maxFeePerGas", Arguments::big),
        field(json, "maxPriorityFeePerGas", Arguments::big),
        field(json, "value", Arguments::big),
        input != null ? input : data != null ? data : Bytes.EMPTY,
        accessList == null ? List.of() : accessList);
  }

  /** The same with another access list. */
  CallArguments withAccessList(List<AccessListEntry> list) {
    return new CallArguments(
        from, to, gas, gasPrice, maxFeePerGas, maxPriorityFeePerGas, value, data, list);
  }

  Address sender() {
    return from == null ? Address.ZERO : from;
  }

  /** geth refuses both ways of pricing together. */
  void requireOnePricing() {
    if (gasPrice != null && (maxFeePerGas != null || maxPriorityFeePerGas != null)) {
      throw new RpcException("both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
    }
  }

  @FunctionalInterface
  private interface FieldDecoder<T> {
    T decode(JsonNode node) throws BadHex;
  }

  private static <T> @Nullable T field(JsonNode json, String name, FieldDecoder<T> decoder)
      throws BadHex {
    JsonNode node = json.get(name);
    if (node == null || node.isNull()) {
      return null;
    }
    try {
      return decoder.decode(node);
    } catch (BadHex bad) {
      // Go names the field of the struct that a typed value is for
      throw new BadHex(
          String.valueOf(bad.getMessage())
              .replaceFirst(
                  "into Go value of type ",
                  "into Go struct field TransactionArgs." + name + " of type "),
          false);
    }
  }

  private static List<AccessListEntry> accessList(JsonNode json) throws BadHex {
    if (!json.isArray() || json.size() > MAX_ACCESS_LIST) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "types.AccessList"), false);
    }
    List<AccessListEntry> entries = new ArrayList<>();
    for (JsonNode entry : json) {
      List<Bytes32> keys = new ArrayList<>();
      for (JsonNode key : entry.path("storageKeys")) {
        keys.add(Arguments.hash(key));
      }
      JsonNode address = entry.get("address");
      if (address == null) {
        throw new BadHex("missing required field 'address' for AccessTuple", false);
      }
      entries.add(new AccessListEntry(Arguments.address(address), keys));
    }
    return entries;
  }
}
