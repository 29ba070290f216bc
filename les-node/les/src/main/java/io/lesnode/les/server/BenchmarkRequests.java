package io.lesnode.les.server;

import io.lesnode.chain.trie.MerklePatriciaTrie;
import io.lesnode.chain.trie.MissingNodeException;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage.CodeQuery;
import io.lesnode.les.wire.LesMessage.GetBlockBodies;
import io.lesnode.les.wire.LesMessage.GetBlockHeaders;
import io.lesnode.les.wire.LesMessage.GetCode;
import io.lesnode.les.wire.LesMessage.GetHelperTrieProofs;
import io.lesnode.les.wire.LesMessage.GetProofsV2;
import io.lesnode.les.wire.LesMessage.GetReceipts;
import io.lesnode.les.wire.LesMessage.GetTxStatus;
import io.lesnode.les.wire.LesMessage.HelperTrieQuery;
import io.lesnode.les.wire.LesMessage.ProofQuery;
import io.lesnode.les.wire.LesMessage.Request;
import io.lesnode.les.wire.LesMessage.SendTxV2;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.EmptyHashes;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;

/**
 * Makes up the random requests of one measurement; confined to the caller.
 *
 * <p>Reference: geth v1.10.26, les/benchmark.go.
 */
final class BenchmarkRequests {

  private static final int TX_DATA_BYTES = 0x4000;
  private static final int BLOOM_BITS = 2048;
  private static final long AUXILIARY_HEADER = 2;
  private static final int CODE_SEARCH_BLOCKS = 256;
  private static final int CODE_ACCOUNTS = 64;

  /** A measurement that this chain does not allow. */
  static final class ImpossibleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ImpossibleException(String message) {
      super(message, null, false, false);
    }
  }

  private final ServedView view;
  private final Bytes32 headHash;
  private final long headNumber;
  private final long sectionCount;
  private final long sectionBlocks;
  private final SplittableRandom random;

  /**
   * For one chain.
   *
   * @param sectionCount finished sections of the helper tries
   * @param sectionBlocks blocks per section
   */
  BenchmarkRequests(
      ServedView view, long sectionCount, long sectionBlocks, SplittableRandom random) {
    this.view = view;
    this.headNumber = view.headNumber();
    this.headHash = view.canonicalHash(headNumber).orElseThrow();
    this.sectionCount = sectionCount;
    this.sectionBlocks = sectionBlocks;
    this.random = random;
  }

  /**
   * An endless source of requests.
   *
   * @throws ImpossibleException in geth's words
   */
  Supplier<Request> of(BenchmarkSetup setup) {
    int amount = setup.amount();
    return switch (setup.type()) {
      case HEADER -> headers(setup);
      case BODY -> () -> new GetBlockBodies(0, listOf(amount, this::randomHash));
      case RECEIPTS -> () -> new GetReceipts(0, listOf(amount, this::randomHash));
      case PROOF ->
          () ->
              new GetProofsV2(
                  0,
                  listOf(
                      amount,
                      () -> new ProofQuery(headHash, Bytes.EMPTY, randomBytes(Bytes32.SIZE), 0)));
      case CODE -> codes(amount);
      case CHT -> canonicalHashes(amount);
      case BLOOM -> blooms(amount);
      case TX_SEND -> transactions(amount);
      case TX_STATUS ->
          () -> new GetTxStatus(0, listOf(amount, () -> Bytes32.wrap(randomBytes(Bytes32.SIZE))));
    };
  }

  private Supplier<Request> headers(BenchmarkSetup setup) {
    long span = (setup.amount() - 1L) * (setup.skip() + 1L);
    long choices = headNumber + 1 - span;
    if (choices < 1) {
      throw new ImpossibleException("chain is too short");
    }
    long offset = setup.reverse() ? span : 0;
    return () -> {
      long first = offset + random.nextLong(choices);
      HashOrNumber origin =
          setup.byHash() ? new HashOrNumber.OfHash(hash(first)) : new HashOrNumber.OfNumber(first);
      return new GetBlockHeaders(0, origin, setup.amount(), setup.skip(), setup.reverse());
    };
  }

  /**
   * Differs from geth, which asks for the code of random, so unknown, accounts and measures a miss:
   * contracts that recent blocks called are asked for, if there are any
   * (RequestBenchmarkTest.codesAreRealOnes).
   */
  private Supplier<Request> codes(int amount) {
    List<Bytes> accounts = contractAccounts();
    Supplier<Bytes> account =
        accounts.isEmpty()
            ? () -> randomBytes(Bytes32.SIZE)
            : () -> accounts.get(random.nextInt(accounts.size()));
    return () -> new GetCode(0, listOf(amount, () -> new CodeQuery(headHash, account.get())));
  }

  private List<Bytes> contractAccounts() {
    Optional<Bytes32> stateRoot =
        view.header(headNumber).map(BlockHeader::decode).map(BlockHeader::stateRoot);
    Set<Bytes> found = new LinkedHashSet<>();
    long last = Math.max(0, headNumber - CODE_SEARCH_BLOCKS);
    for (long n = headNumber; n > last && found.size() < CODE_ACCOUNTS; n--) {
      for (Transaction transaction : transactionsOf(n)) {
        Address to = transaction.to();
        if (to != null && stateRoot.isPresent()) {
          Bytes32 key = Keccak.keccak256(to.bytes());
          if (hasCode(stateRoot.get(), key)) {
            found.add(key);
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private List<Transaction> transactionsOf(long number) {
    return view.canonicalHash(number)
        .flatMap(view::body)
        .map(body -> BlockBody.decode(body).transactions())
        .orElse(List.of());
  }

  private boolean hasCode(Bytes32 stateRoot, Bytes32 accountKey) {
    try {
      Bytes encoded = new MerklePatriciaTrie(view.accountNodes(), stateRoot).get(accountKey);
      return encoded != null && !Account.decode(encoded).codeHash().equals(EmptyHashes.CODE);
    } catch (MissingNodeException e) {
      return false;
    }
  }

  private Supplier<Request> canonicalHashes(int amount) {
    requireSections();
    long blocks = sectionCount * sectionBlocks;
    return () ->
        new GetHelperTrieProofs(
            0,
            listOf(
                amount,
                () ->
                    new HelperTrieQuery(
                        HelperTrieQuery.CANONICAL_HASH_TRIE,
                        sectionCount - 1,
                        Bytes.ofUnsignedLong(random.nextLong(blocks)),
                        0,
                        AUXILIARY_HEADER)));
  }

  private Supplier<Request> blooms(int amount) {
    requireSections();
    return () -> {
      Bytes bit = Bytes.ofUnsignedShort(random.nextInt(BLOOM_BITS));
      return new GetHelperTrieProofs(
          0,
          listOf(
              amount,
              () ->
                  new HelperTrieQuery(
                      HelperTrieQuery.BLOOM_TRIE,
                      sectionCount - 1,
                      Bytes.concatenate(bit, Bytes.ofUnsignedLong(random.nextLong(sectionCount))),
                      0,
                      0)));
    };
  }

  private void requireSections() {
    if (sectionCount == 0) {
      throw new ImpossibleException("no processed sections available");
    }
  }

  /** Without gas, so that a pool checks the signature but never keeps them. */
  private Supplier<Request> transactions(int amount) {
    KeyPair key = KeyPair.generate(new SecureRandom());
    Address self = Address.ofPublicKey(key.publicKey());
    return () -> new SendTxV2(0, listOf(amount, () -> transaction(key, self)));
  }

  private Transaction transaction(KeyPair key, Address to) {
    return Transaction.builder(TransactionType.LEGACY)
        .nonce(0)
        .gasPrice(UInt256.ZERO)
        .gasLimit(0)
        .to(to)
        .value(UInt256.ZERO)
        .data(randomBytes(TX_DATA_BYTES))
        .sign(key);
  }

  private Bytes32 randomHash() {
    return hash(random.nextLong(headNumber + 1));
  }

  private Bytes32 hash(long number) {
    return view.canonicalHash(number)
        .orElseThrow(() -> new ImpossibleException("block " + number + " is missing"));
  }

  private Bytes randomBytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Bytes.wrap(bytes);
  }

  private static <T> List<T> listOf(int amount, Supplier<T> source) {
    List<T> items = new ArrayList<>(amount);
    for (int i = 0; i < amount; i++) {
      items.add(source.get());
    }
    return items;
  }
}
