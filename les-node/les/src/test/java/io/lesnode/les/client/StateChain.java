package io.lesnode.les.client;

import io.lesnode.chain.consensus.EthashDifficulty;
import io.lesnode.chain.trie.SecureTrie;
import io.lesnode.evm.state.StateReader;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.Keccak;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * A chain whose blocks have the states that a test makes up, and a server's answers about them as
 * geth's {@code les/server_requests.go} (v1.10.26) gives them: unknown accounts are left out and
 * counted, an answer ends where it becomes too long. Confined to the test's thread.
 */
final class StateChain implements FakeServer.Script {
  /** geth: softResponseLimit. */
  private static final int SOFT_LIMIT_BYTES = 2 << 20;

  private static final String GENESIS =
      """
      {"config": {"chainId": 99, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
        "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
        "istanbulBlock": 0, "muirGlacierBlock": 0, "berlinBlock": 0},
       "difficulty": "0x20000", "gasLimit": "0x2fefd800", "alloc": {}}
      """;

  private final List<SortedMap<Address, Genesis.Allocation>> states = new ArrayList<>();
  private final List<SecureTrie> tries = new ArrayList<>();
  private final Map<Bytes32, SecureTrie> storageTries = new HashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Map<Bytes32, Integer> numbers = new HashMap<>();
  private ServedChain served;
  private Question.AccountKeyForm form = Question.AccountKeyForm.HASH;
  private int softLimitBytes = SOFT_LIMIT_BYTES;
  private int invalid;
  private @Nullable VirtualLoop clock;

  /** A request that came in. */
  record Arrival(long nanos, LesMessage.Request request) {}

  StateChain(Map<Address, Genesis.Allocation> accounts) {
    Genesis rules = Genesis.parse(GENESIS.getBytes(StandardCharsets.UTF_8), "test");
    Genesis genesis =
        new Genesis(rules.config(), rules.headerWithoutState(), new TreeMap<>(accounts));
    served = ServedChain.genesisOnly("states", genesis);
    remember(accounts);
  }

  /** Adds an empty block after which the state is this one. */
  StateChain then(Map<Address, Genesis.Allocation> accounts) {
    BlockHeader parent = served.header(served.headNumber());
    remember(accounts);
    BlockHeader next =
        parent.toBuilder()
            .parentHash(parent.hash())
            .number(parent.number() + 1)
            .timestamp(parent.timestamp() + 13)
            .difficulty(
                EthashDifficulty.next(served.genesis().config(), parent, parent.timestamp() + 13))
            .stateRoot(tries.getLast().rootHash())
            .build();
    served = served.plus(next, BlockBody.EMPTY);
    numbers.put(next.hash(), (int) next.number());
    return this;
  }

  private void remember(Map<Address, Genesis.Allocation> accounts) {
    states.add(new TreeMap<>(accounts));
    Genesis genesis = served.genesis();
    tries.add(
        GenesisRoot.stateTrie(
            new Genesis(genesis.config(), genesis.headerWithoutState(), new TreeMap<>(accounts))));
    numbers.put(served.header(0).hash(), 0);
  }

  /** Lets the server want accounts named in this form. */
  StateChain naming(Question.AccountKeyForm newForm) {
    form = newForm;
    return this;
  }

  /** Lets answers end after so many bytes. */
  StateChain softLimit(int sizeBytes) {
    softLimitBytes = sizeBytes;
    return this;
  }

  ServedChain served() {
    return served;
  }

  BlockHeader header(long number) {
    return served.header(number);
  }

  /** How often a client asked about what does not exist; geth disconnects above 20. */
  int invalid() {
    return invalid;
  }

  /** A client of a server of this chain, synced. */
  Bench bench() {
    Bench bench = new Bench(served);
    clock = bench.loop;
    bench.server("full").script(this).connectTo(bench.engine);
    bench.runUntilHead(served.head());
    arrivals.clear();
    return bench;
  }

  List<LesMessage.Request> requests() {
    return arrivals.stream().map(Arrival::request).toList();
  }

  /**
   * How many round trips the requests since the last call took: those that came within one and a
   * half milliseconds of each other were sent together, as a round trip takes at least two.
   */
  int roundTrips() {
    int rounds = 0;
    long last = Long.MIN_VALUE / 2;
    for (Arrival arrival : arrivals) {
      if (arrival.nanos() - last > 1_500_000) {
        rounds++;
      }
      last = arrival.nanos();
    }
    arrivals.clear();
    return rounds;
  }

  @Override
  public @Nullable LesMessage answer(LesMessage.Request request, @Nullable LesMessage honest) {
    if (clock != null) {
      arrivals.add(new Arrival(clock.nowNanos(), request));
    }
    return switch (honest) {
      case LesMessage.Code c ->
          new LesMessage.Code(c.requestId(), c.bufferValue(), codes((LesMessage.GetCode) request));
      case LesMessage.ProofsV2 p ->
          new LesMessage.ProofsV2(
              p.requestId(), p.bufferValue(), proofs((LesMessage.GetProofsV2) request));
      case null -> null;
      default -> honest;
    };
  }

  private List<Bytes> codes(LesMessage.GetCode request) {
    List<Bytes> found = new ArrayList<>();
    int sizeBytes = 0;
    for (LesMessage.CodeQuery query : request.queries()) {
      Genesis.Allocation account = named(query.blockHash(), query.accountKey());
      if (account == null) {
        invalid++;
      } else if (!account.code().isEmpty()) {
        found.add(account.code());
        sizeBytes += account.code().size();
      }
      if (sizeBytes >= softLimitBytes) {
        break;
      }
    }
    return found;
  }

  private List<Bytes> proofs(LesMessage.GetProofsV2 request) {
    Set<Bytes> nodes = new LinkedHashSet<>();
    for (LesMessage.ProofQuery query : request.queries()) {
      if (query.accountKey().isEmpty()) {
        int number = numbers.getOrDefault(query.blockHash(), 0);
        nodes.addAll(tries.get(number).byHash().prove(query.key()));
      } else {
        Genesis.Allocation account = named(query.blockHash(), query.accountKey());
        if (account == null) {
          invalid++;
          continue;
        }
        SecureTrie trie = GenesisRoot.storageTrie(account);
        if (!account.storage().isEmpty()) {
          nodes.addAll(
              storageTries
                  .computeIfAbsent(trie.rootHash(), root -> trie)
                  .byHash()
                  .prove(query.key()));
        }
      }
      if (nodes.stream().mapToInt(Bytes::size).sum() >= softLimitBytes) {
        break;
      }
    }
    return List.copyOf(nodes);
  }

  private Genesis.@Nullable Allocation named(Bytes32 blockHash, Bytes accountKey) {
    for (Map.Entry<Address, Genesis.Allocation> entry :
        states.get(numbers.getOrDefault(blockHash, 0)).entrySet()) {
      if (form.of(entry.getKey()).equals(accountKey)) {
        return entry.getValue();
      }
    }
    return null;
  }

  /** The whole state after a block, at hand. */
  StateReader full(long number) {
    Map<Address, Genesis.Allocation> state = states.get((int) number);
    return new StateReader() {
      @Override
      public @Nullable Account account(Address address) {
        Genesis.Allocation found = state.get(address);
        return found == null
            ? null
            : new Account(
                found.nonce(),
                found.balance(),
                GenesisRoot.storageTrie(found).rootHash(),
                Keccak.keccak256(found.code()));
      }

      @Override
      public Bytes code(Address address, Bytes32 codeHash) {
        Genesis.Allocation found = state.get(address);
        return found == null ? Bytes.EMPTY : found.code();
      }

      @Override
      public UInt256 storage(Address address, Bytes32 storageRoot, UInt256 slot) {
        Genesis.Allocation found = state.get(address);
        return found == null ? UInt256.ZERO : found.storage().getOrDefault(slot, UInt256.ZERO);
      }
    };
  }
}
