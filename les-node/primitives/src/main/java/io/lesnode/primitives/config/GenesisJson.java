package io.lesnode.primitives.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import java.io.IOException;
import java.math.BigInteger;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Reads geth's genesis JSON. Keys that geth does not know are ignored, as geth does; a value that
 * cannot be meant is an error that names its path. Source: geth {@code core/gen_genesis.go}, {@code
 * params/config.go}.
 */
final class GenesisJson {
  private static final Map<String, Fork> FORK_KEYS =
      Map.ofEntries(
          Map.entry("homesteadBlock", Fork.HOMESTEAD),
          Map.entry("eip150Block", Fork.TANGERINE_WHISTLE),
          Map.entry("eip158Block", Fork.SPURIOUS_DRAGON),
          Map.entry("byzantiumBlock", Fork.BYZANTIUM),
          Map.entry("constantinopleBlock", Fork.CONSTANTINOPLE),
          Map.entry("petersburgBlock", Fork.PETERSBURG),
          Map.entry("istanbulBlock", Fork.ISTANBUL),
          Map.entry("muirGlacierBlock", Fork.MUIR_GLACIER),
          Map.entry("berlinBlock", Fork.BERLIN),
          Map.entry("londonBlock", Fork.LONDON),
          Map.entry("arrowGlacierBlock", Fork.ARROW_GLACIER),
          Map.entry("grayGlacierBlock", Fork.GRAY_GLACIER));

  /** geth {@code params.GenesisGasLimit}, used when the file gives none or zero. */
  private static final long DEFAULT_GAS_LIMIT = 4_712_388;

  /** geth {@code params.GenesisDifficulty}, used when the file gives none. */
  private static final UInt256 DEFAULT_DIFFICULTY = UInt256.valueOf(131_072);

  private GenesisJson() {}

  static Genesis parse(byte[] json, String source) {
    JsonNode root;
    try {
      root = new ObjectMapper().readTree(json);
    } catch (JsonProcessingException e) {
      throw new GenesisException(source + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new GenesisException(source + " cannot be read: " + e, e);
    }
    if (!root.isObject() || !root.path("config").isObject()) {
      throw new GenesisException(
          source + " is not a genesis file: an object with a member \"config\" is expected");
    }
    if (!root.path("alloc").isObject()) {
      throw new GenesisException(source + " has no \"alloc\" object with the first accounts");
    }
    return new Genesis(config(root.path("config")), header(root), alloc(root.path("alloc")));
  }

  private static ChainConfig config(JsonNode config) {
    Map<Fork, Long> forkBlocks = new EnumMap<>(Fork.class);
    FORK_KEYS.forEach(
        (key, fork) -> {
          Long block = optionalLong(config, "config", key);
          if (block != null) {
            forkBlocks.put(fork, block);
          }
        });
    BigInteger chainId = optionalNumber(config, "config", "chainId");
    BigInteger ttd = optionalNumber(config, "config", "terminalTotalDifficulty");
    return new ChainConfig(
        chainId == null ? UInt256.ZERO : uint256(chainId, "config.chainId"),
        forkBlocks,
        optionalLong(config, "config", "eip155Block"),
        optionalLong(config, "config", "daoForkBlock"),
        config.path("daoForkSupport").asBoolean(false),
        optionalLong(config, "config", "mergeNetsplitBlock"),
        ttd == null ? null : uint256(ttd, "config.terminalTotalDifficulty"),
        optionalLong(config, "config", "shanghaiTime"),
        optionalLong(config, "config", "cancunTime"),
        consensus(config));
  }

  private static ConsensusConfig consensus(JsonNode config) {
    JsonNode clique = config.path("clique");
    if (!clique.isObject()) {
      return new ConsensusConfig.Ethash();
    }
    Long period = optionalLong(clique, "config.clique", "period");
    Long epoch = optionalLong(clique, "config.clique", "epoch");
    return new ConsensusConfig.Clique(period == null ? 0 : period, epoch == null ? 0 : epoch);
  }

  private static BlockHeader header(JsonNode root) {
    BigInteger nonce = optionalNumber(root, "", "nonce");
    Long gasLimit = optionalLong(root, "", "gasLimit");
    BigInteger difficulty = optionalNumber(root, "", "difficulty");
    BigInteger baseFee = optionalNumber(root, "", "baseFeePerGas");
    Bytes mixHash = bytes(root, "", "mixHash");
    Bytes parentHash = bytes(root, "", "parentHash");
    Bytes coinbase = bytes(root, "", "coinbase");
    return new BlockHeader.Builder()
        .parentHash(parentHash.isEmpty() ? Bytes32.ZERO : bytes32(parentHash, "parentHash"))
        .coinbase(coinbase.isEmpty() ? Address.ZERO : address(coinbase, "coinbase"))
        .difficulty(difficulty == null ? DEFAULT_DIFFICULTY : uint256(difficulty, "difficulty"))
        .number(orZero(optionalLong(root, "", "number")))
        .gasLimit(gasLimit == null || gasLimit == 0 ? DEFAULT_GAS_LIMIT : gasLimit)
        .gasUsed(orZero(optionalLong(root, "", "gasUsed")))
        .timestamp(orZero(optionalLong(root, "", "timestamp")))
        .extraData(bytes(root, "", "extraData"))
        .mixHash(mixHash.isEmpty() ? Bytes32.ZERO : bytes32(mixHash, "mixHash"))
        .nonce(nonce == null ? 0 : nonce.longValue())
        .baseFeePerGas(baseFee == null ? null : uint256(baseFee, "baseFeePerGas"))
        .build();
  }

  private static SortedMap<Address, Genesis.Allocation> alloc(JsonNode alloc) {
    SortedMap<Address, Genesis.Allocation> accounts = new TreeMap<>();
    alloc
        .properties()
        .forEach(
            entry -> {
              String path = "alloc." + entry.getKey();
              Address address = address(hex(entry.getKey(), path), path);
              accounts.put(address, allocation(entry.getValue(), path));
            });
    return accounts;
  }

  private static Genesis.Allocation allocation(JsonNode account, String path) {
    Map<UInt256, UInt256> storage = new HashMap<>();
    account
        .path("storage")
        .properties()
        .forEach(
            slot -> {
              String slotPath = path + ".storage." + slot.getKey();
              UInt256 value = word(slot.getValue().asText(), slotPath);
              if (!value.isZero()) {
                storage.put(word(slot.getKey(), slotPath), value);
              }
            });
    BigInteger balance = optionalNumber(account, path, "balance");
    return new Genesis.Allocation(
        orZero(optionalLong(account, path, "nonce")),
        balance == null ? UInt256.ZERO : uint256(balance, path + ".balance"),
        bytes(account, path, "code"),
        storage);
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  private static @Nullable Long optionalLong(JsonNode parent, String path, String key) {
    BigInteger value = optionalNumber(parent, path, key);
    if (value == null) {
      return null;
    }
    if (value.bitLength() > 63) {
      throw new GenesisException("genesis " + path(path, key) + " is larger than 2^63-1");
    }
    return value.longValue();
  }

  private static @Nullable BigInteger optionalNumber(JsonNode parent, String path, String key) {
    JsonNode node = parent.path(key);
    if (node.isMissingNode() || node.isNull()) {
      return null;
    }
    try {
      BigInteger value;
      if (node.isIntegralNumber()) {
        value = node.bigIntegerValue();
      } else {
        String text = node.asText();
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        value = hex ? new BigInteger("0" + text.substring(2), 16) : new BigInteger(text);
      }
      if (value.signum() >= 0) {
        return value;
      }
    } catch (NumberFormatException notANumber) {
      // reported below, like a negative number
    }
    throw new GenesisException(
        "genesis " + path(path, key) + " must be a non-negative number or 0x hex, is " + node);
  }

  private static Bytes bytes(JsonNode parent, String path, String key) {
    JsonNode node = parent.path(key);
    return node.isMissingNode() || node.isNull()
        ? Bytes.EMPTY
        : hex(node.asText(), path(path, key));
  }

  private static Bytes hex(String text, String path) {
    try {
      return text.isEmpty() ? Bytes.EMPTY : Bytes.fromHexString(text);
    } catch (IllegalArgumentException notHex) {
      throw new GenesisException(
          "genesis " + path + " must be hex digits, is \"" + text + "\"", notHex);
    }
  }

  private static UInt256 word(String text, String path) {
    Bytes bytes =
        hex(
            text.startsWith("0x") && text.length() % 2 == 1 ? "0x0" + text.substring(2) : text,
            path);
    if (bytes.size() > 32) {
      throw new GenesisException("genesis " + path + " has more than 32 bytes");
    }
    return UInt256.fromBytes(bytes);
  }

  private static UInt256 uint256(BigInteger value, String path) {
    if (value.bitLength() > 256) {
      throw new GenesisException("genesis " + path + " has more than 256 bits");
    }
    return UInt256.valueOf(value);
  }

  private static Bytes32 bytes32(Bytes bytes, String path) {
    if (bytes.size() != 32) {
      throw new GenesisException("genesis " + path + " must have 32 bytes, has " + bytes.size());
    }
    return Bytes32.wrap(bytes);
  }

  private static Address address(Bytes bytes, String path) {
    if (bytes.size() != Address.SIZE_BYTES) {
      throw new GenesisException(
          "genesis " + path + ": an address has 20 bytes, this " + bytes.size());
    }
    return Address.of(bytes);
  }

  private static String path(String parent, String key) {
    return parent.isEmpty() ? key : parent + "." + key;
  }
}
