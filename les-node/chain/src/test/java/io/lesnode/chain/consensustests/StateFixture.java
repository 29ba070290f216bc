package io.lesnode.chain.consensustests;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.chain.state.TrieState;
import io.lesnode.evm.BlobGas;
import io.lesnode.evm.BlockContext;
import io.lesnode.evm.ExecutionResult;
import io.lesnode.evm.TransactionExecutor;
import io.lesnode.evm.TransactionRejectedException;
import io.lesnode.evm.interpreter.CodeCache;
import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.AccessListEntry;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionBuilder;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Fork;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/** One state test: a pre-state, a block, a family of transactions, and outcomes per fork. */
final class StateFixture {
  private static final CodeCache CODES = new CodeCache(16 << 20);
  private static final TransactionExecutor EXECUTOR = new TransactionExecutor(UInt256.ONE, CODES);

  private final JsonNode test;
  private final FixtureState pre;

  StateFixture(JsonNode test) {
    this.test = test;
    pre = new FixtureState(test.path("pre"));
  }

  /** The fork that a test means by {@code name}. */
  static Optional<Fork> fork(String name) {
    return switch (name) {
      case "Frontier" -> Optional.of(Fork.FRONTIER);
      case "Homestead" -> Optional.of(Fork.HOMESTEAD);
      case "EIP150" -> Optional.of(Fork.TANGERINE_WHISTLE);
      case "EIP158" -> Optional.of(Fork.SPURIOUS_DRAGON);
      case "Byzantium" -> Optional.of(Fork.BYZANTIUM);
      case "Constantinople" -> Optional.of(Fork.CONSTANTINOPLE);
      case "ConstantinopleFix" -> Optional.of(Fork.PETERSBURG);
      case "Istanbul" -> Optional.of(Fork.ISTANBUL);
      case "Berlin" -> Optional.of(Fork.BERLIN);
      case "London" -> Optional.of(Fork.LONDON);
      case "Merge", "Paris" -> Optional.of(Fork.PARIS);
      case "Shanghai" -> Optional.of(Fork.SHANGHAI);
      case "Cancun" -> Optional.of(Fork.CANCUN);
      default -> Optional.empty();
    };
  }

  /** Why the outcome is not the expected one; empty if it is. */
  Optional<String> run(Fork fork, JsonNode expected) {
    TrieState tries = pre.open();
    JournaledState state = new JournaledState(tries);
    BlockContext block = block(fork);
    List<Log> logs = List.of();
    String rejection = null;
    try {
      Transaction tx = transaction(expected);
      ExecutionResult result = EXECUTOR.execute(tx, block, state, block.gasLimit());
      logs = result.logs();
    } catch (TransactionRejectedException
        | InvalidSignatureException
        | RlpException
        | IllegalArgumentException e) {
      rejection = String.valueOf(e.getMessage());
    }
    // The tests count a block reward of zero, which touches the coinbase.
    state.addBalance(block.coinbase(), UInt256.ZERO);
    state.finishTransaction(fork);
    String wantedException = expected.path("expectException").asText("");
    if (wantedException.isEmpty() != (rejection == null)) {
      return Optional.of("expected exception '" + wantedException + "', got " + rejection);
    }
    Bytes32 logsHash =
        Keccak.keccak256(RLP.encodeList(List.copyOf(logs), (writer, log) -> log.writeTo(writer)));
    if (!logsHash.equals(Json.bytes32(expected.path("logs")))) {
      return Optional.of("logs hash " + logsHash);
    }
    tries.apply(state.changes());
    Bytes32 root = tries.commit().root();
    return root.equals(Json.bytes32(expected.path("hash")))
        ? Optional.empty()
        : Optional.of("state root " + root + ", rejection " + rejection);
  }

  private BlockContext block(Fork fork) {
    JsonNode env = test.path("env");
    boolean london = fork.isAtLeast(Fork.LONDON);
    boolean merged = fork.isAtLeast(Fork.PARIS) && env.has("currentRandom");
    UInt256 baseFee =
        env.has("currentBaseFee") ? Json.uint256(env.get("currentBaseFee")) : UInt256.valueOf(10);
    long excess =
        env.has("currentExcessBlobGas") ? Json.uint64(env.get("currentExcessBlobGas")) : 0;
    return new BlockContext(
        fork,
        Json.uint64(env.path("currentNumber")),
        Json.uint64(env.path("currentTimestamp")),
        Address.fromHex(env.path("currentCoinbase").asText()),
        Json.uint64(env.path("currentGasLimit")),
        merged ? UInt256.ZERO : Json.uint256(env.path("currentDifficulty")),
        merged ? Json.bytes32(env.get("currentRandom")) : null,
        london ? baseFee : null,
        fork.isAtLeast(Fork.CANCUN) ? BlobGas.baseFee(excess) : null,
        number -> Keccak.keccak256(Long.toString(number).getBytes(StandardCharsets.US_ASCII)));
  }

  private Transaction transaction(JsonNode expected) {
    if (expected.has("txbytes")) {
      return Transaction.decode(Json.bytes(expected.get("txbytes")));
    }
    JsonNode family = test.path("transaction");
    JsonNode indexes = expected.path("indexes");
    int dataIndex = indexes.path("data").asInt();
    JsonNode accessList = family.path("accessLists").path(dataIndex);
    TransactionBuilder builder = Transaction.builder(type(family, accessList));
    if (family.has("maxFeePerGas")) {
      builder.maxFeePerGas(Json.uint256(family.get("maxFeePerGas")));
      builder.maxPriorityFeePerGas(Json.uint256(family.get("maxPriorityFeePerGas")));
    } else {
      builder.gasPrice(Json.uint256(family.path("gasPrice")));
    }
    if (family.has("maxFeePerBlobGas")) {
      builder.maxFeePerBlobGas(Json.uint256(family.get("maxFeePerBlobGas")));
      List<Bytes32> hashes = new ArrayList<>();
      family.path("blobVersionedHashes").forEach(hash -> hashes.add(Json.bytes32(hash)));
      builder.blobVersionedHashes(hashes);
    }
    if (!type(family, accessList).equals(TransactionType.LEGACY)) {
      builder.chainId(UInt256.ONE).accessList(accessList(accessList));
    }
    String to = family.path("to").asText();
    return builder
        .nonce(Json.uint64(family.path("nonce")))
        .gasLimit(Json.uint64(family.path("gasLimit").path(indexes.path("gas").asInt())))
        .to(to.isEmpty() ? null : Address.fromHex(to))
        .value(Json.uint256(family.path("value").path(indexes.path("value").asInt())))
        .data(Json.bytes(family.path("data").path(dataIndex)))
        .sign(KeyPair.ofSecret(Json.bytes32(family.path("secretKey"))));
  }

  private static TransactionType type(JsonNode family, @Nullable JsonNode accessList) {
    if (family.has("maxFeePerBlobGas")) {
      return TransactionType.BLOB;
    }
    if (family.has("maxFeePerGas")) {
      return TransactionType.DYNAMIC_FEE;
    }
    return accessList != null && accessList.isArray()
        ? TransactionType.ACCESS_LIST
        : TransactionType.LEGACY;
  }

  private static List<AccessListEntry> accessList(JsonNode list) {
    List<AccessListEntry> entries = new ArrayList<>();
    for (JsonNode entry : list) {
      List<Bytes32> keys = new ArrayList<>();
      entry.path("storageKeys").forEach(key -> keys.add(Json.bytes32(key)));
      entries.add(
          new AccessListEntry(
              Address.of(Bytes.fromHexString(entry.path("address").asText())), keys));
    }
    return entries;
  }
}
