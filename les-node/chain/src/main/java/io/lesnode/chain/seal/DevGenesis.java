package io.lesnode.chain.seal;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Genesis;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The genesis of a dev chain, as geth {@code --dev} makes it: clique with one signer, London from
 * the start, the precompiles touched with one wei each, and all ether with the faucet. Stateless.
 *
 * <p>Reference: geth core/genesis.go DeveloperGenesisBlock.
 */
public final class DevGenesis {
  /** Chain and network id, as with geth. */
  public static final long CHAIN_ID = 1337;

  /** geth's gas limit of a dev chain. */
  public static final long GAS_LIMIT = 11_500_000;

  private static final String FAUCET_BALANCE =
      "0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7";

  private DevGenesis() {}

  /**
   * What an account has from the beginning.
   *
   * @param code empty for an account of a person
   */
  public record Entry(UInt256 balanceWei, Bytes code) {}

  /**
   * Returns the genesis file, for other nodes to join with.
   *
   * @param faucet signs the blocks and owns the ether
   * @param periodSeconds the least time between blocks, 0 for blocks on demand
   * @param more what else is there from the beginning, by its address
   */
  public static String json(Address faucet, long periodSeconds, Map<Address, Entry> more) {
    StringBuilder alloc = new StringBuilder();
    for (int precompile = 1; precompile <= 9; precompile++) {
      alloc.append("    \"0x%040x\": {\"balance\": \"0x1\"},%n".formatted(precompile));
    }
    more.forEach(
        (address, entry) ->
            alloc.append(
                "    \"%s\": {\"balance\": \"%s\", \"code\": \"%s\"},%n"
                    .formatted(
                        address.toHexString(),
                        entry.balanceWei().toHexString(),
                        entry.code().toHexString())));
    return """
        {
          "config": {
            "chainId": %d,
            "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
            "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
            "istanbulBlock": 0, "muirGlacierBlock": 0, "berlinBlock": 0, "londonBlock": 0,
            "clique": {"period": %d, "epoch": 30000}
          },
          "nonce": "0x0",
          "timestamp": "0x0",
          "extraData": "0x%s%s%s",
          "gasLimit": "0x%x",
          "difficulty": "0x1",
          "baseFeePerGas": "0x3b9aca00",
          "alloc": {
        %s    "%s": {"balance": "%s"}
          }
        }
        """
        .formatted(
            CHAIN_ID,
            periodSeconds,
            "00".repeat(32),
            faucet.toHexString().substring(2),
            "00".repeat(65),
            GAS_LIMIT,
            alloc,
            faucet.toHexString(),
            FAUCET_BALANCE);
  }

  /** Returns the genesis without contracts. */
  public static Genesis of(Address faucet, long periodSeconds) {
    return Genesis.parse(
        json(faucet, periodSeconds, Map.of()).getBytes(StandardCharsets.UTF_8), "the dev genesis");
  }
}
