package io.lesnode.benchmarks.load;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.ChainSample.AccountKey;
import io.lesnode.benchmarks.load.ChainSample.SlotKey;
import io.lesnode.chain.trie.ProofOutcome;
import io.lesnode.chain.trie.ProofVerifier;
import io.lesnode.devp2p.Enode;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.BlockBodies;
import io.lesnode.les.wire.LesMessage.BlockHeaders;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.HelperTrieProofs;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.ProofsV2;
import io.lesnode.les.wire.LesWireException;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.InvalidSignatureException;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;

/**
 * Learns a chain from its server, within bounds, so that what is asked under load is real. Confined
 * to one thread, which it blocks.
 */
final class Scout {

  private static final int HEADERS = 192;
  private static final int MOST_BLOCKS = 8 * HEADERS;
  private static final int BODIES = 32;
  private static final int MOST_BODIES = 8 * BODIES;
  private static final int PROOFS = 64;
  private static final int MOST_ACCOUNTS = 2_048;
  private static final int MOST_CANDIDATES = 8 * PROOFS;
  private static final int MOST_TRANSACTIONS = 4_096;
  private static final int MOST_SENDERS = 512;
  private static final int PLAIN_SLOTS = 8;
  private static final int HOLDERS = 4;
  private static final int MOST_SLOTS = 2_048;
  private static final long CONFIRMATIONS = 256;

  private static final Set<LoadKind> NEED_BLOCKS =
      Set.of(
          LoadKind.BODIES,
          LoadKind.RECEIPTS,
          LoadKind.PROOFS,
          LoadKind.CODE,
          LoadKind.STORAGE,
          LoadKind.TXSTATUS);
  private static final Set<LoadKind> NEED_BODIES =
      Set.of(LoadKind.PROOFS, LoadKind.CODE, LoadKind.STORAGE, LoadKind.TXSTATUS);
  private static final Set<LoadKind> NEED_CONTRACTS = Set.of(LoadKind.CODE, LoadKind.STORAGE);
  private static final Set<LoadKind> NEED_SECTIONS = Set.of(LoadKind.CHT, LoadKind.BLOOM);

  /** What was found, and who told it. */
  record Report(ChainSample sample, ServerGreeting greeting) {}

  private final ScoutLine line;
  private final Map<Address, List<Bytes32>> given;
  private final List<BlockHeader> headers = new ArrayList<>();
  private final Set<Address> accounts = new LinkedHashSet<>();
  private final Set<Address> candidates = new LinkedHashSet<>();
  private final Set<Bytes32> transactions = new LinkedHashSet<>();
  private final Map<Address, Account> contracts = new LinkedHashMap<>();

  private Scout(ScoutLine line, Map<Address, List<Bytes32>> given) {
    this.line = line;
    this.given = given;
  }

  /**
   * Learns what requests of some kinds need.
   *
   * @param given addresses to ask about, with storage slots
   * @throws NodeFailure if the server cannot be reached or refuses us
   */
  static Report learn(
      Enode server, long seed, Set<LoadKind> kinds, Map<Address, List<Bytes32>> given) {
    Bytes32 secret = Keccak.keccak256(Bytes.concatenate(Bytes.of('s'), Bytes.ofUnsignedLong(seed)));
    try (ScoutLine line = new ScoutLine(server, KeyPair.ofSecret(secret))) {
      return new Scout(line, given).look(kinds);
    } catch (RlpException | LesWireException | IllegalArgumentException e) {
      throw ScoutLine.failure(
          server, ConnectionEnd.ours("what it answers cannot be read: " + e.getMessage()));
    }
  }

  private Report look(Set<LoadKind> kinds) {
    ServerGreeting said = line.greeting();
    if (kinds.stream().anyMatch(NEED_BLOCKS::contains)) {
      lookAtHeaders();
    }
    candidates.addAll(given.keySet());
    if (kinds.stream().anyMatch(NEED_BODIES::contains)) {
      lookAtBodies();
    }
    accounts.addAll(candidates);
    if (kinds.stream().anyMatch(NEED_CONTRACTS::contains)) {
      lookAtContracts();
    }
    long sections = 0;
    if (kinds.stream().anyMatch(NEED_SECTIONS::contains)) {
      sections = lookAtSections();
    }
    ChainSample sample =
        new ChainSample(
            said.headNumber(),
            said.headHash(),
            headers.stream().map(BlockHeader::hash).toList(),
            accounts.stream().limit(MOST_ACCOUNTS).map(Scout::key).toList(),
            contracts.keySet().stream().map(Scout::key).toList(),
            slots(),
            List.copyOf(transactions),
            sections);
    return new Report(sample, said);
  }

  private static AccountKey key(Address address) {
    return new AccountKey(address.bytes(), address.hash());
  }

  // ---- blocks --------------------------------------------------------------------------------

  /** Headers spread evenly over the chain. */
  private void lookAtHeaders() {
    long head = line.greeting().headNumber();
    long step = Math.max(1, head / MOST_BLOCKS);
    long next = Math.min(1, head);
    while (next <= head && headers.size() < MOST_BLOCKS) {
      long amount = Math.min(HEADERS, (head - next) / step + 1);
      Optional<BlockHeaders> reply =
          line.ask(
                  new GetBlockHeaders(
                      line.nextId(), new HashOrNumber.OfNumber(next), amount, step - 1, false))
              .map(BlockHeaders.class::cast);
      if (reply.isEmpty() || reply.get().headers().isEmpty()) {
        return;
      }
      reply.get().headers().forEach(raw -> headers.add(BlockHeader.decode(raw)));
      next = headers.getLast().number() + step;
    }
  }

  private void lookAtBodies() {
    List<BlockHeader> full =
        headers.stream()
            .filter(header -> !header.transactionsRoot().equals(EmptyHashes.TRIE_ROOT))
            .toList();
    int step = Math.max(1, full.size() / MOST_BODIES);
    List<Bytes32> chosen = new ArrayList<>();
    for (int i = 0; i < full.size() && chosen.size() < MOST_BODIES; i += step) {
      chosen.add(full.get(i).hash());
    }
    Set<Address> others = new LinkedHashSet<>();
    for (int from = 0; from < chosen.size(); from += BODIES) {
      List<Bytes32> part = chosen.subList(from, Math.min(chosen.size(), from + BODIES));
      line.ask(new GetBlockBodies(line.nextId(), part))
          .map(BlockBodies.class::cast)
          .ifPresent(reply -> reply.bodies().forEach(raw -> onBody(raw, others)));
    }
    headers.stream()
        .map(BlockHeader::coinbase)
        .filter(coinbase -> !coinbase.equals(Address.ZERO))
        .limit(MOST_ACCOUNTS)
        .forEach(others::add);
    accounts.addAll(candidates);
    accounts.addAll(others);
  }

  private void onBody(Bytes raw, Set<Address> others) {
    for (Transaction transaction : BlockBody.decode(raw).transactions()) {
      if (transactions.size() < MOST_TRANSACTIONS) {
        transactions.add(transaction.hash());
      }
      Address to = transaction.to();
      if (to != null && candidates.size() < MOST_CANDIDATES) {
        candidates.add(to);
      }
      if (others.size() < MOST_SENDERS || to == null) {
        onSender(transaction, others);
      }
    }
  }

  private void onSender(Transaction transaction, Set<Address> others) {
    try {
      Address sender = transaction.sender();
      if (others.size() < MOST_ACCOUNTS) {
        others.add(sender);
      }
      if (transaction.to() == null && candidates.size() < MOST_CANDIDATES) {
        candidates.add(created(sender, transaction.nonce()));
      }
    } catch (InvalidSignatureException e) {
      // a chain without replay protection or a lie; neither keeps us from loading the server
      return;
    }
  }

  private static Address created(Address sender, long nonce) {
    Bytes encoded =
        RLP.encodeList(
            writer -> {
              writer.writeValue(sender.bytes());
              writer.writeValue(Bytes.minimalBytes(nonce));
            });
    return Address.of(Keccak.keccak256(encoded).slice(12));
  }

  // ---- contracts -----------------------------------------------------------------------------

  private void lookAtContracts() {
    Bytes32 headHash = line.greeting().headHash();
    Optional<Bytes32> root =
        line.ask(new GetBlockHeaders(line.nextId(), new HashOrNumber.OfHash(headHash), 1, 0, false))
            .map(BlockHeaders.class::cast)
            .flatMap(reply -> reply.headers().stream().findFirst())
            .map(raw -> BlockHeader.decode(raw).stateRoot());
    if (root.isEmpty()) {
      return;
    }
    List<Address> asked = List.copyOf(candidates);
    for (int from = 0; from < asked.size(); from += PROOFS) {
      List<Address> part = asked.subList(from, Math.min(asked.size(), from + PROOFS));
      List<ProofQuery> queries =
          part.stream().map(a -> new ProofQuery(headHash, Bytes.EMPTY, a.hash(), 0)).toList();
      line.ask(new GetProofsV2(line.nextId(), queries))
          .map(ProofsV2.class::cast)
          .ifPresent(reply -> part.forEach(a -> onProof(a, root.get(), reply.nodes())));
    }
  }

  private void onProof(Address address, Bytes32 root, List<Bytes> nodes) {
    if (ProofVerifier.verify(root, address.hash(), nodes)
        instanceof ProofOutcome.Included included) {
      Account account = Account.decode(included.value());
      if (!account.codeHash().equals(EmptyHashes.CODE)) {
        contracts.put(address, account);
      }
    }
  }

  /** The given slots of contracts; else the first ones, and those of mappings for some accounts. */
  private List<SlotKey> slots() {
    List<SlotKey> slots = new ArrayList<>();
    List<Address> holders = accounts.stream().limit(HOLDERS).toList();
    contracts.forEach(
        (address, account) -> {
          if (account.storageRoot().equals(EmptyHashes.TRIE_ROOT) || slots.size() > MOST_SLOTS) {
            return;
          }
          List<Bytes32> own = given.getOrDefault(address, List.of());
          for (Bytes32 slot : own.isEmpty() ? usualSlots(holders) : own) {
            slots.add(new SlotKey(key(address), Keccak.keccak256(slot)));
          }
        });
    return slots;
  }

  private static List<Bytes32> usualSlots(List<Address> holders) {
    List<Bytes32> slots = new ArrayList<>();
    for (int i = 0; i < PLAIN_SLOTS; i++) {
      Bytes32 plain = Bytes32.leftPad(Bytes.of(i));
      slots.add(plain);
      for (Address holder : i < HOLDERS ? holders : List.<Address>of()) {
        slots.add(Keccak.keccak256(Bytes.concatenate(Bytes32.leftPad(holder.bytes()), plain)));
      }
    }
    return slots;
  }

  // ---- helper tries --------------------------------------------------------------------------

  /**
   * How many finished sections the server has: what the head allows, or none if it does not prove
   * the last of them. Asked once only: geth loses a serving thread for each such question about a
   * trie that it lacks.
   */
  private long lookAtSections() {
    long blocks = line.greeting().headNumber() + 1 - CONFIRMATIONS;
    long sections = Math.max(0, blocks / ChainSample.SECTION_BLOCKS);
    if (sections == 0) {
      return 0;
    }
    HelperTrieQuery query =
        new HelperTrieQuery(
            HelperTrieQuery.CANONICAL_HASH_TRIE,
            sections - 1,
            Bytes.ofUnsignedLong(1),
            0,
            HelperTrieQuery.AUXILIARY_HEADER);
    boolean proven =
        line.ask(new GetHelperTrieProofs(line.nextId(), List.of(query)))
            .map(HelperTrieProofs.class::cast)
            .filter(reply -> !reply.nodes().isEmpty())
            .isPresent();
    return proven ? sections : 0;
  }
}
