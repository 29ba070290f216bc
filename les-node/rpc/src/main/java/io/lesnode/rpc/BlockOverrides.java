package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import io.lesnode.evm.BlockContext;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.ChainConfig;
import io.lesnode.rpc.HexText.BadHex;
import java.util.Objects;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The block that a call pretends to be in: geth's BlockOverrides, with the old and the new names of
 * the fields. Null fields stay as they are. Immutable.
 */
record BlockOverrides(
    @Nullable Long number,
    @Nullable UInt256 difficulty,
    @Nullable Long time,
    @Nullable Long gasLimit,
    @Nullable Address coinbase,
    @Nullable Bytes32 random,
    @Nullable UInt256 baseFee) {
  static final BlockOverrides NONE = new BlockOverrides(null, null, null, null, null, null, null);

  static BlockOverrides parse(JsonNode json) throws BadHex {
    if (!json.isObject()) {
      throw new BadHex(Arguments.cannotUnmarshal(json, "ethapi.BlockOverrides"), false);
    }
    JsonNode number = present(json, "number", "blockNumber");
    JsonNode difficulty = present(json, "difficulty", "difficulty");
    JsonNode time = present(json, "time", "timestamp");
    JsonNode gasLimit = present(json, "gasLimit", "gasLimit");
    JsonNode coinbase = present(json, "coinbase", "feeRecipient");
    JsonNode random = present(json, "random", "prevRandao");
    JsonNode baseFee = present(json, "baseFee", "baseFeePerGas");
    return new BlockOverrides(
        number == null ? null : positive(number),
        difficulty == null ? null : Arguments.big(difficulty),
        time == null ? null : positive(time),
        gasLimit == null ? null : Arguments.quantity(gasLimit, "hexutil.Uint64"),
        coinbase == null ? null : Arguments.address(coinbase),
        random == null ? null : Arguments.hash(random),
        baseFee == null ? null : Arguments.big(baseFee));
  }

  private static @Nullable JsonNode present(JsonNode json, String name, String newName) {
    JsonNode value = json.has(name) ? json.get(name) : json.get(newName);
    return value == null || value.isNull() ? null : value;
  }

  private static long positive(JsonNode json) throws BadHex {
    long value = Arguments.quantity(json, "*hexutil.Big");
    if (value < 0) {
      throw new BadHex("a block's number and time have at most 63 bits", false);
    }
    return value;
  }

  /** A block with these values; the fork follows number and time. */
  BlockContext apply(BlockContext block, ChainConfig config) {
    if (equals(NONE)) {
      return block;
    }
    long newNumber = Objects.requireNonNullElse(number, block.number());
    long newTime = Objects.requireNonNullElse(time, block.timestamp());
    UInt256 newDifficulty = Objects.requireNonNullElse(difficulty, block.difficulty());
    return new BlockContext(
        config.forkAt(newNumber, newTime, newDifficulty),
        newNumber,
        newTime,
        Objects.requireNonNullElse(coinbase, block.coinbase()),
        Objects.requireNonNullElse(gasLimit, block.gasLimit()),
        newDifficulty,
        random != null ? random : block.prevRandao(),
        baseFee != null ? baseFee : block.baseFee(),
        block.blobBaseFee(),
        block.blockHashes());
  }
}
