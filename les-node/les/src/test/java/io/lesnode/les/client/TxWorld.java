package io.lesnode.les.client;

import io.lesnode.chain.consensus.EthashDifficulty;
import io.lesnode.chain.consensus.HeaderRules;
import io.lesnode.chain.trie.DerivedRoots;
import io.lesnode.chain.trie.NodeSource;
import io.lesnode.chain.trie.SecureTrie;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesMessage.TxLookup;
import io.lesnode.les.wire.LesMessage.TxStatusEntry;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.LogsBloom;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * Chains made on the spot, in which a transaction does nothing but use a nonce, and servers that
 * treat transactions as geth's do. Confined to the test's thread.
 */
final class TxWorld {
  static final UInt256 GWEI = UInt256.valueOf(1_000_000_000L);

  private static final long GAS_LIMIT = 30_000_000;
  private static final long CHAIN_ID = 4711;

  final KeyPair alice = KeyPair.ofSecret(Bytes32.leftPad(Bytes.fromHexString("0xa11ce0")));
  final KeyPair bob = KeyPair.ofSecret(Bytes32.leftPad(Bytes.fromHexString("0xb0b0")));
  final ServedChain genesis = ServedChain.genesisOnly("made", genesisOf(alice, bob));

  private final Map<Bytes32, SecureTrie> states = new HashMap<>();
  private final Map<Bytes32, Map<Address, Account>> accounts = new HashMap<>();

  TxWorld() {
    Map<Address, Account> first = new HashMap<>();
    genesis
        .genesis()
        .alloc()
        .forEach(
            (address, given) ->
                first.put(
                    address,
                    new Account(0, given.balance(), EmptyHashes.TRIE_ROOT, EmptyHashes.CODE)));
    remember(genesis.header(0), first);
  }

  private static Genesis genesisOf(KeyPair... rich) {
    StringBuilder alloc = new StringBuilder();
    for (KeyPair key : rich) {
      alloc.append(alloc.isEmpty() ? "" : ",");
      alloc.append("\"%s\": {\"balance\": \"0xde0b6b3a7640000\"}".formatted(key.address()));
    }
    return Genesis.parse(
        """
        {"config": {"chainId": %d, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0,
           "eip158Block": 0, "byzantiumBlock": 0, "constantinopleBlock": 0, "petersburgBlock": 0,
           "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0, "ethash": {}},
         "difficulty": "0x20000", "gasLimit": "0x%x", "timestamp": "0x5f5e100",
         "baseFeePerGas": "0x3b9aca00", "alloc": {%s}}
        """
            .formatted(CHAIN_ID, GAS_LIMIT, alloc)
            .getBytes(StandardCharsets.UTF_8),
        "the test's genesis");
  }

  private SecureTrie remember(BlockHeader header, Map<Address, Account> state) {
    SecureTrie trie = trieOf(state);
    states.put(header.hash(), trie);
    accounts.put(header.hash(), Map.copyOf(state));
    return trie;
  }

  private static SecureTrie trieOf(Map<Address, Account> state) {
    SecureTrie trie = new SecureTrie(NodeSource.empty(), EmptyHashes.TRIE_ROOT);
    state.forEach((address, account) -> trie.put(address.bytes(), account.encoded()));
    return trie;
  }

  /** A payment of 21,000 gas. */
  Transaction payment(KeyPair from, long nonce, long gweiPerGas) {
    return Transaction.builder(TransactionType.LEGACY)
        .chainId(UInt256.valueOf(CHAIN_ID))
        .nonce(nonce)
        .gasPrice(GWEI.multiply(gweiPerGas))
        .gasLimit(21_000)
        .to(Address.ZERO)
        .value(UInt256.ONE)
        .sign(from);
  }

  /** The next block with these transactions; {@code secondsLater} makes it another block. */
  ServedChain mine(ServedChain parent, long secondsLater, Transaction... transactions) {
    return mine(parent, secondsLater, List.of(transactions));
  }

  ServedChain mine(ServedChain parent, long secondsLater, List<Transaction> transactions) {
    BlockHeader before = parent.header(parent.headNumber());
    Map<Address, Account> state = new HashMap<>(accounts.get(before.hash()));
    for (Transaction transaction : transactions) {
      Address sender = transaction.sender();
      Account account = state.get(sender);
      if (account.nonce() != transaction.nonce()) {
        throw new AssertionError("nonce " + transaction.nonce() + " after " + account.nonce());
      }
      state.put(
          sender,
          new Account(
              account.nonce() + 1, account.balance(), account.storageRoot(), account.codeHash()));
    }
    long time = before.timestamp() + secondsLater;
    BlockHeader header =
        new BlockHeader.Builder()
            .parentHash(before.hash())
            .ommersHash(EmptyHashes.OMMERS)
            .coinbase(Address.ZERO)
            .stateRoot(trieOf(state).rootHash())
            .transactionsRoot(DerivedRoots.transactions(transactions))
            .receiptsRoot(EmptyHashes.TRIE_ROOT)
            .logsBloom(LogsBloom.EMPTY)
            .difficulty(EthashDifficulty.next(parent.genesis().config(), before, time))
            .number(before.number() + 1)
            .gasLimit(GAS_LIMIT)
            .gasUsed(21_000L * transactions.size())
            .timestamp(time)
            .extraData(Bytes.EMPTY)
            .mixHash(Bytes32.ZERO)
            .nonce(0)
            .baseFeePerGas(HeaderRules.nextBaseFee(parent.genesis().config(), before))
            .build();
    remember(header, state);
    return parent.plus(header, new BlockBody(transactions, List.of(), null));
  }

  /** A server of a chain of this world, not yet connected. */
  Server server(Bench bench, String name, ServedChain chain) {
    return new Server(bench.server(name, chain, LesVersion.LES4), chain);
  }

  /** A server with a pool, and with an index of transactions unless it is told otherwise. */
  final class Server {
    final FakeServer wire;
    final Set<Bytes32> pool = new LinkedHashSet<>();
    final Set<Bytes32> everSent = new HashSet<>();
    ServedChain chain;
    boolean indexed = true;
    @Nullable String refusal;

    private Server(FakeServer wire, ServedChain chain) {
      this.wire = wire;
      this.chain = chain;
      wire.script(this::answer);
    }

    Server connectTo(Bench bench) {
      wire.connectTo(bench.engine);
      return this;
    }

    void announce(ServedChain next, long reorgDepth) {
      chain = next;
      wire.announce(next, reorgDepth);
    }

    private @Nullable LesMessage answer(LesMessage.Request request, @Nullable LesMessage honest) {
      long credit = honest instanceof LesMessage.Reply reply ? reply.bufferValue() : 0;
      return switch (request) {
        case LesMessage.GetProofsV2 m -> new LesMessage.ProofsV2(m.requestId(), credit, proofs(m));
        case LesMessage.SendTxV2 m ->
            new LesMessage.TxStatus(
                m.requestId(), credit, m.transactions().stream().map(this::take).toList());
        case LesMessage.GetTxStatus m ->
            new LesMessage.TxStatus(
                m.requestId(), credit, m.hashes().stream().map(this::status).toList());
        default -> honest;
      };
    }

    private List<Bytes> proofs(LesMessage.GetProofsV2 request) {
      Set<Bytes> nodes = new LinkedHashSet<>();
      for (LesMessage.ProofQuery query : request.queries()) {
        SecureTrie state = states.get(query.blockHash());
        if (state != null && query.accountKey().isEmpty()) {
          nodes.addAll(state.byHash().prove(query.key()));
        }
      }
      return new ArrayList<>(nodes);
    }

    private TxStatusEntry status(Bytes32 hash) {
      for (int number = 1; indexed && number <= chain.headNumber(); number++) {
        List<Transaction> transactions = chain.body(number).transactions();
        for (int i = 0; i < transactions.size(); i++) {
          if (transactions.get(i).hash().equals(hash)) {
            TxLookup place = new TxLookup(chain.header(number).hash(), number, i);
            return new TxStatusEntry(TxStatusEntry.INCLUDED, place, "");
          }
        }
      }
      return new TxStatusEntry(
          pool.contains(hash) ? TxStatusEntry.PENDING : TxStatusEntry.UNKNOWN, null, "");
    }

    private TxStatusEntry take(Transaction transaction) {
      everSent.add(transaction.hash());
      TxStatusEntry known = status(transaction.hash());
      if (known.status() != TxStatusEntry.UNKNOWN) {
        return known;
      }
      Account account =
          accounts.get(chain.header(chain.headNumber()).hash()).get(transaction.sender());
      if (refusal != null) {
        return new TxStatusEntry(TxStatusEntry.UNKNOWN, null, refusal);
      }
      if (transaction.nonce() < account.nonce()) {
        return new TxStatusEntry(TxStatusEntry.UNKNOWN, null, "nonce too low");
      }
      pool.add(transaction.hash());
      return new TxStatusEntry(TxStatusEntry.PENDING, null, "");
    }
  }
}
