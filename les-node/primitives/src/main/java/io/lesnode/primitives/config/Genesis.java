package io.lesnode.primitives.config;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The first block of a chain and its rules, as geth's genesis JSON gives them.
 *
 * @param config the rules
 * @param headerWithoutState the header but for its state root, which follows from {@code alloc}
 * @param alloc the first accounts, by address
 */
public record Genesis(
    ChainConfig config, BlockHeader headerWithoutState, SortedMap<Address, Allocation> alloc) {
  /** The base fee of a chain that starts with London: 1 gwei. */
  public static final UInt256 INITIAL_BASE_FEE = UInt256.valueOf(1_000_000_000L);

  /** The largest genesis file that is read: mainnet's has under 1 MB. */
  private static final long MAX_FILE_BYTES = 64L << 20;

  /** Copies the accounts. */
  public Genesis {
    alloc = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(alloc));
  }

  /**
   * A first account.
   *
   * @param nonce its nonce
   * @param balance in wei
   * @param code its code, empty for none
   * @param storage its slots, zero values left out
   */
  public record Allocation(long nonce, UInt256 balance, Bytes code, Map<UInt256, UInt256> storage) {
    /** Copies the slots. */
    public Allocation {
      storage = Map.copyOf(storage);
    }
  }

  /**
   * Reads a genesis file.
   *
   * @throws GenesisException when the file cannot be read or used
   */
  public static Genesis read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE_BYTES) {
        throw new GenesisException(file + " is larger than " + MAX_FILE_BYTES + " bytes");
      }
      return GenesisJson.parse(Files.readAllBytes(file), file.toString());
    } catch (IOException e) {
      throw new GenesisException("cannot read the genesis file " + file + ": " + e, e);
    }
  }

  /** Parses the text of a genesis file; {@code source} names it in errors. */
  public static Genesis parse(byte[] json, String source) {
    return GenesisJson.parse(json, source);
  }

  /** The header of the genesis block, once the state root of {@code alloc} is known. */
  public BlockHeader header(Bytes32 stateRoot) {
    BlockHeader.Builder builder = headerWithoutState.toBuilder().stateRoot(stateRoot);
    Long london = config.forkBlock(Fork.LONDON).orElse(null);
    if (london != null && london == 0 && headerWithoutState.baseFeePerGas() == null) {
      builder.baseFeePerGas(INITIAL_BASE_FEE);
    }
    long time = headerWithoutState.timestamp();
    if (config.shanghaiTime() != null && time >= config.shanghaiTime()) {
      builder.withdrawalsRoot(EmptyHashes.TRIE_ROOT);
      if (config.cancunTime() != null && time >= config.cancunTime()) {
        Long blobGas = headerWithoutState.blobGasUsed();
        Long excess = headerWithoutState.excessBlobGas();
        builder.blobGasUsed(blobGas == null ? (Long) 0L : blobGas);
        builder.excessBlobGas(excess == null ? (Long) 0L : excess);
        builder.parentBeaconBlockRoot(Bytes32.ZERO);
      }
    }
    return builder.build();
  }
}
