package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.ChecksumAddress;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.evm.state.Word;
import io.lesnode.primitives.Address;
import io.lesnode.rpc.HexText.BadHex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Accounts that eth_call pretends to be different (geth's StateOverride, its third parameter).
 * Immutable.
 */
record StateOverrides(List<Account> accounts) {
  static final StateOverrides NONE = new StateOverrides(List.of());
  private static final int MAX_ACCOUNTS = 1000;
  private static final int MAX_SLOTS = 10_000;

  /** One account; null fields stay as they are. */
  record Account(
      Address address,
      @Nullable Long nonce,
      @Nullable Bytes code,
      @Nullable UInt256 balance,
      @Nullable Map<UInt256, UInt256> state,
      @Nullable Map<UInt256, UInt256> stateDiff) {}

  static StateOverrides parse(JsonNode json) throws BadHex {
    if (!json.isObject()) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "ethapi.StateOverride"), false);
    }
    if (json.size() > MAX_ACCOUNTS) {
      throw new BadHex("more than " + MAX_ACCOUNTS + " accounts overridden", false);
    }
    List<Account> accounts = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      Address address = Address.of(HexText.parseFixed(entry.getKey(), 20, "common.Address"));
      JsonNode fields = entry.getValue();
      JsonNode nonce = present(fields, "nonce");
      JsonNode code = present(fields, "code");
      JsonNode balance = present(fields, "balance");
      accounts.add(
          new Account(
              address,
              nonce == null ? null : Arguments.quantity(nonce, "hexutil.Uint64"),
              code == null ? null : Arguments.data(code),
              balance == null ? null : Arguments.big(balance),
              slots(present(fields, "state")),
              slots(present(fields, "stateDiff"))));
    }
    return new StateOverrides(List.copyOf(accounts));
  }

  private static @Nullable JsonNode present(JsonNode json, String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  private static @Nullable Map<UInt256, UInt256> slots(@Nullable JsonNode json) throws BadHex {
    if (json == null) {
      return null;
    }
    if (!json.isObject() || json.size() > MAX_SLOTS) {
      throw new BadHex("at most " + MAX_SLOTS + " slots by hash are needed", false);
    }
    Map<UInt256, UInt256> slots = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      Bytes key = HexText.parseFixed(entry.getKey(), 32, "common.Hash");
      Bytes32 value = Arguments.hash(entry.getValue());
      slots.put(UInt256.fromBytes(key), UInt256.fromBytes(value));
    }
    return slots;
  }

  /**
   * Changes a state.
   *
   * @throws RpcException if an account has both kinds of storage override
   */
  void apply(JournaledState state) {
    for (Account account : accounts) {
      Address address = account.address();
      if (account.nonce() != null) {
        state.setNonce(address, account.nonce());
      }
      if (account.code() != null) {
        state.setCode(address, account.code());
      }
      if (account.balance() != null) {
        state.setBalance(address, account.balance());
      }
      Map<UInt256, UInt256> all = account.state();
      Map<UInt256, UInt256> some = account.stateDiff();
      if (all != null && some != null) {
        throw new RpcException(
            "account " + ChecksumAddress.of(address) + " has both 'state' and 'stateDiff'");
      }
      if (all != null) {
        state.replaceStorage(address, all);
      }
      if (some != null) {
        some.forEach((slot, value) -> state.setStorage(address, Word.of(slot), Word.of(value)));
      }
    }
  }
}
