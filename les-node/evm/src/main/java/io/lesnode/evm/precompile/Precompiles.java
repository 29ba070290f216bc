package io.lesnode.evm.precompile;

import io.lesnode.primitives.Address;
import io.lesnode.primitives.config.Fork;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/** The precompiles of one fork: the addresses from 1 on without a gap. Immutable. */
public final class Precompiles {
  private static final Map<Fork, Precompiles> BY_FORK = byFork();

  private final List<Precompile> contracts;
  private final List<Address> addresses;

  private Precompiles(List<Precompile> contracts) {
    this.contracts = List.copyOf(contracts);
    List<Address> numbered = new ArrayList<>();
    for (int i = 1; i <= contracts.size(); i++) {
      numbered.add(Address.of(Bytes.concatenate(Bytes.wrap(new byte[19]), Bytes.of(i))));
    }
    addresses = List.copyOf(numbered);
  }

  /** The precompiles of {@code fork}. */
  public static Precompiles of(Fork fork) {
    Precompiles precompiles = BY_FORK.get(fork);
    if (precompiles == null) {
      throw new IllegalStateException("no precompiles for " + fork);
    }
    return precompiles;
  }

  /** The precompile at {@code address}, or null. */
  public @Nullable Precompile at(Address address) {
    Bytes bytes = address.bytes();
    int number = bytes.get(19) & 0xff;
    if (number == 0
        || number > contracts.size()
        || bytes.getLong(0) != 0
        || bytes.getLong(8) != 0
        || bytes.getInt(15) != 0) {
      return null;
    }
    return contracts.get(number - 1);
  }

  /** Where they are; warm from the start of a transaction (EIP-2929). */
  public List<Address> addresses() {
    return addresses;
  }

  private static Map<Fork, Precompiles> byFork() {
    Map<Fork, Precompiles> result = new EnumMap<>(Fork.class);
    for (Fork fork : Fork.values()) {
      result.put(fork, new Precompiles(contracts(fork)));
    }
    return result;
  }

  private static List<Precompile> contracts(Fork fork) {
    List<Precompile> list = new ArrayList<>();
    list.add(new EcRecover());
    list.add(new Sha256());
    list.add(new Ripemd160());
    list.add(new Identity());
    if (fork.isAtLeast(Fork.BYZANTIUM)) {
      boolean istanbul = fork.isAtLeast(Fork.ISTANBUL); // EIP-1108
      list.add(new ModExp(fork.isAtLeast(Fork.BERLIN)));
      list.add(new Bn254Add(istanbul ? 150 : 500));
      list.add(new Bn254Multiply(istanbul ? 6000 : 40000));
      list.add(istanbul ? new Bn254Pairing(45000, 34000) : new Bn254Pairing(100000, 80000));
    }
    if (fork.isAtLeast(Fork.ISTANBUL)) {
      list.add(new Blake2F());
    }
    if (fork.isAtLeast(Fork.CANCUN)) {
      list.add(new KzgPointEvaluation());
    }
    return list;
  }
}
