package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionBuilder;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.crypto.Signature;
import io.lesnode.rpc.HexText.BadHex;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Methods that sign with accounts of the node: eth_accounts, eth_sign, eth_signTransaction,
 * eth_sendTransaction, personal_sign, personal_listAccounts. Without accounts they say what geth
 * says.
 *
 * <p>Reference: geth internal/ethapi/api.go, internal/ethapi/transaction_args.go setDefaults.
 */
final class AccountMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int MAX_DATA_BYTES = 1 << 20;

  private final EthBackend backend;
  private final AccountKeys keys;

  /** The other methods; gas, fees and sending are theirs. */
  private final Map<String, RpcMethod> others;

  AccountMethods(EthBackend backend, AccountKeys keys, Map<String, RpcMethod> others) {
    this.backend = backend;
    this.keys = keys;
    this.others = others;
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("eth_accounts", args -> accounts());
    methods.put("eth_sign", args -> sign(args.atMost(2).address(0), args.data(1)));
    methods.put("eth_signTransaction", args -> signTransaction(args.atMost(1).object(0)));
    methods.put("eth_sendTransaction", args -> sendTransaction(args.atMost(1).object(0)));
    methods.put("personal_listAccounts", args -> accounts());
    methods.put("personal_sign", args -> sign(args.atMost(3).address(1), args.data(0)));
  }

  private ArrayNode accounts() {
    ArrayNode list = JSON.arrayNode();
    keys.accounts().forEach(account -> list.add(EthJson.data(account.bytes())));
    return list;
  }

  private KeyPair key(@Nullable Address account) {
    return keys.find(account == null ? Address.ZERO : account)
        .orElseThrow(() -> new RpcException("unknown account"));
  }

  /** EIP-191: what is signed can never be a transaction. */
  private JsonNode sign(Address account, Bytes data) {
    KeyPair key = key(account);
    if (data.size() > MAX_DATA_BYTES) {
      throw new RpcException("oversized data");
    }
    Bytes prefix =
        Bytes.wrap(
            ("\u0019Ethereum Signed Message:\n" + data.size()).getBytes(StandardCharsets.UTF_8));
    Bytes32 digest = Keccak.keccak256(Bytes.concatenate(prefix, data));
    Signature signature = key.sign(digest);
    return EthJson.data(
        Bytes.concatenate(signature.toBytes64(), Bytes.of(27 + signature.yParity())));
  }

  private JsonNode signTransaction(JsonNode wish) {
    if (!wish.has("gas")) {
      throw new RpcException("gas not specified");
    }
    if (!wish.has("gasPrice") && !(wish.has("maxFeePerGas") && wish.has("maxPriorityFeePerGas"))) {
      throw new RpcException("missing gasPrice or maxFeePerGas/maxPriorityFeePerGas");
    }
    if (!wish.has("nonce")) {
      throw new RpcException("nonce not specified");
    }
    Transaction signed = signed(wish);
    ObjectNode json = JSON.objectNode();
    json.set("raw", EthJson.data(signed.encoded()));
    json.set("tx", EthJson.transaction(signed, null));
    return json;
  }

  private JsonNode sendTransaction(JsonNode wish) {
    Transaction signed = signed(wish);
    return call("eth_sendRawTransaction", EthJson.data(signed.encoded()));
  }

  private JsonNode call(String method, JsonNode... arguments) {
    RpcMethod other = others.get(method);
    if (other == null) {
      throw new IllegalStateException("there is no method " + method);
    }
    ArrayNode list = JSON.arrayNode();
    for (JsonNode argument : arguments) {
      list.add(argument);
    }
    return other.call(Arguments.of(list));
  }

  private Transaction signed(JsonNode wish) {
    try {
      CallArguments given = CallArguments.parse(wish);
      given.requireOnePricing();
      KeyPair key = key(given.from());
      requireOurChain(wish);
      UInt256 price = given.gasPrice();
      boolean dynamic = price == null && backend.nextBaseFee(backend.head()).isPresent();
      TransactionType type =
          dynamic
              ? TransactionType.DYNAMIC_FEE
              : given.accessList().isEmpty() ? TransactionType.LEGACY : TransactionType.ACCESS_LIST;
      TransactionBuilder builder =
          Transaction.builder(type)
              .chainId(backend.chainConfig().chainId())
              .nonce(nonce(wish, key.address()))
              .to(given.to())
              .value(given.value() == null ? UInt256.ZERO : given.value())
              .data(given.data());
      if (type != TransactionType.LEGACY) {
        builder.accessList(given.accessList());
      }
      if (dynamic) {
        setFees(builder, given);
      } else {
        builder.gasPrice(price != null ? price : big(call("eth_gasPrice")));
      }
      Long gas = given.gas();
      builder.gasLimit(
          gas != null ? gas : Arguments.quantity(call("eth_estimateGas", wish), "hexutil.Uint64"));
      return builder.sign(key);
    } catch (BadHex bad) {
      throw Arguments.invalid(0, String.valueOf(bad.getMessage()));
    }
  }

  private void requireOurChain(JsonNode wish) throws BadHex {
    UInt256 ours = backend.chainConfig().chainId();
    if (wish.hasNonNull("chainId") && !Arguments.big(wish.path("chainId")).equals(ours)) {
      throw new RpcException(
          "chainId does not match node's (have=%s, want=%s)"
              .formatted(
                  Arguments.big(wish.path("chainId")).toDecimalString(), ours.toDecimalString()));
    }
  }

  private long nonce(JsonNode wish, Address account) throws BadHex {
    return wish.hasNonNull("nonce")
        ? Arguments.quantity(wish.path("nonce"), "hexutil.Uint64")
        : backend.pendingNonce(account);
  }

  /** The tip that is usual, and a cap that covers two full blocks' rise of the base fee. */
  private void setFees(TransactionBuilder builder, CallArguments given) throws BadHex {
    UInt256 tip = given.maxPriorityFeePerGas();
    if (tip == null) {
      tip = big(call("eth_maxPriorityFeePerGas"));
    }
    UInt256 cap = given.maxFeePerGas();
    if (cap == null) {
      UInt256 baseFee = backend.head().baseFeePerGas();
      cap = tip.add(baseFee == null ? UInt256.ZERO : baseFee.multiply(2));
    }
    if (cap.compareTo(tip) < 0) {
      throw new RpcException(
          "maxFeePerGas (%s) < maxPriorityFeePerGas (%s)"
              .formatted(cap.toDecimalString(), tip.toDecimalString()));
    }
    builder.maxPriorityFeePerGas(tip).maxFeePerGas(cap);
  }

  private static UInt256 big(JsonNode node) throws BadHex {
    return Arguments.big(node);
  }
}
