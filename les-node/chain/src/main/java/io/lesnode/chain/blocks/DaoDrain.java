package io.lesnode.chain.blocks;

import io.lesnode.evm.state.JournaledState;
import io.lesnode.primitives.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * The irregular state change of the DAO fork: all ether of 116 accounts moves to a refund contract.
 * Stateless.
 *
 * <p>Reference: EIP-779.
 */
final class DaoDrain {
  private static final Address REFUND_CONTRACT =
      Address.fromHex("0xbf4ed7b27f1d666546e30d74d50d173d20bca754");

  private DaoDrain() {}

  static void apply(JournaledState state) {
    if (!state.exists(REFUND_CONTRACT)) {
      state.createAccount(REFUND_CONTRACT);
    }
    for (Address drained : accounts()) {
      state.addBalance(REFUND_CONTRACT, state.balance(drained));
      state.setBalance(drained, UInt256.ZERO);
    }
  }

  static List<Address> accounts() {
    try (InputStream in =
        Objects.requireNonNull(DaoDrain.class.getResourceAsStream("dao-drain-list.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith("0x"))
          .map(Address::fromHex)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
