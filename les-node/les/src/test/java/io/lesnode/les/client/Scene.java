package io.lesnode.les.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.Sections;
import io.lesnode.devp2p.NodeId;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.client.ulc.TrustedServers;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.primitives.Account;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockBody;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.units.bigints.UInt256;
import org.jspecify.annotations.Nullable;

/**
 * The chains that liars lie about and the things in them that are asked for: a block with
 * transactions, uncles and logs, accounts and slots that geth was asked for. Immutable.
 */
final class Scene {
  /** How long the chains are whose headers are followed. */
  static final int FOLLOWED = 60;

  final ExecutedChain executed;
  final ServedChain chain;

  /** Its first blocks, whose headers are followed. */
  final ServedChain followed;

  /** Another chain, whose headers are sealed by signers. */
  final ServedChain sealed;

  /** A block with several transactions, an uncle, and logs with topics and data. */
  final BlockHeader rich;

  /** The helper tries of the chain, in sections that a short chain can have. */
  final ServedSections tries;

  /** The first block that the tries do not cover. */
  final long covered;

  private final Transaction newTransaction;
  private static final Sections SECTIONS = new Sections(64, 16);
  private static final Address ORACLE = Address.fromHex("0x" + "0c".repeat(20));

  private final JsonNode expected;

  Scene(ExecutedChain executed, ServedChain sealed) {
    this.executed = executed;
    this.chain = executed.chain();
    this.followed = chain.upTo(FOLLOWED);
    this.sealed = sealed.upTo(FOLLOWED);
    this.expected = chain.expected();
    this.tries = new ServedSections(chain, SECTIONS);
    this.covered = SECTIONS.first(tries.entries().size());
    this.rich = richestBlock();
    this.newTransaction = signed();
  }

  /** The honest reply. */
  LesMessage.@Nullable Reply honest(
      LesMessage.Request request, LesMessage.@Nullable Reply scripted) {
    return executed.answer(request, scripted);
  }

  private BlockHeader richestBlock() {
    BlockHeader best = chain.header(0);
    int bestScore = -1;
    for (int number = FOLLOWED; number < covered - 10; number++) {
      BlockBody body = chain.body(number);
      boolean changeable =
          body.transactions().stream().anyMatch(tx -> tx.type() == TransactionType.LEGACY);
      if (!changeable || body.transactions().size() < 2) {
        continue;
      }
      List<Receipt> receipts = executed.receipts(chain.header(number));
      boolean logs =
          receipts.stream()
              .flatMap(receipt -> receipt.logs().stream())
              .anyMatch(log -> log.topics().size() > 1 && !log.data().isEmpty());
      int score =
          Math.min(4, body.transactions().size())
              + (body.ommers().isEmpty() ? 0 : 4)
              + (logs ? 8 : 0);
      if (score > bestScore) {
        best = chain.header(number);
        bestScore = score;
      }
    }
    if (bestScore < 14) {
      throw new AssertionError("no block with transactions, uncles and logs in " + chain.name());
    }
    return best;
  }

  /** The body of {@link #rich}. */
  BlockBody richBody() {
    return chain.body((int) rich.number());
  }

  /** A transaction in it. */
  Transaction transaction() {
    return richBody().transactions().get(1);
  }

  /** A new transaction of a funded account, good at the head of the chain. */
  Transaction newTransaction() {
    return newTransaction;
  }

  private Transaction signed() {
    try {
      Path accounts = Vectors.folder("chains").resolve("london-small/accounts.json");
      JsonNode keys = new ObjectMapper().readTree(Files.readAllBytes(accounts)).path("keys");
      BlockHeader head = chain.header(chain.headNumber());
      for (JsonNode entry : keys) {
        KeyPair key = KeyPair.ofSecret(Bytes32.fromHexString(entry.asText()));
        Account account = executed.account(head, Address.ofPublicKey(key.publicKey()));
        if (account != null && account.balance().bitLength() > 60) {
          return Transaction.builder(TransactionType.LEGACY)
              .chainId(chain.genesis().config().chainId())
              .nonce(account.nonce())
              .gasPrice(UInt256.valueOf(10_000_000_000L))
              .gasLimit(21_000)
              .to(Address.ZERO)
              .value(UInt256.ONE)
              .sign(key);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new AssertionError("no funded account");
  }

  /** An account that {@link #rich} changed: the sender of its first transaction. */
  Address changedAccount() {
    return richBody().transactions().getFirst().sender();
  }

  /** An account that is nowhere. */
  Address absentAccount() {
    Address absent = Address.fromHex("0x00000000000000000000000000000000000dead0");
    if (executed.account(rich, absent) != null) {
      throw new AssertionError(absent + " exists");
    }
    return absent;
  }

  /** A header that a sample of the expected answers names. */
  BlockHeader block(JsonNode selector) {
    return switch (selector.asText("latest")) {
      case "latest", "pending" -> chain.header(chain.headNumber());
      case "earliest" -> chain.header(0);
      default -> chain.header(Long.decode(selector.asText()));
    };
  }

  /** The first call of a method that geth was asked, and that fits. */
  JsonNode sample(String method, Predicate<JsonNode> fits) {
    for (JsonNode sample : expected.path("rpc")) {
      if (sample.path("method").asText().equals(method) && fits.test(sample)) {
        return sample;
      }
    }
    throw new AssertionError("no fitting " + method + " in the expected answers");
  }

  /** Code of some length. */
  JsonNode codeSample() {
    return sample("eth_getCode", sample -> sample.path("result").asText().length() > 40);
  }

  /** A slot that is not zero, in a trie of several nodes. */
  JsonNode storageSample() {
    return sample(
        "eth_getStorageAt",
        sample -> {
          JsonNode params = sample.path("params");
          Address address = Address.fromHex(params.path(0).asText());
          BlockHeader header = block(params.path(2));
          return !UInt256.fromHexString(sample.path("result").asText()).isZero()
              && executed
                      .storageProof(
                          header, address, slotHash(UInt256.fromHexString(params.path(1).asText())))
                      .size()
                  > 1;
        });
  }

  /** A proof with a slot that is not zero. */
  JsonNode proofSample() {
    return sample(
        "eth_getProof",
        sample -> {
          JsonNode first = sample.at("/result/storageProof/0");
          return first.path("proof").size() > 1 && !first.path("value").asText().equals("0x0");
        });
  }

  /** A call of a contract that reads storage. */
  JsonNode callSample() {
    return sample(
        "eth_call",
        sample ->
            sample.path("result").asText().length() == 66
                && !UInt256.fromHexString(sample.path("result").asText()).isZero()
                && sample.at("/params/0").has("to")
                && executed.account(
                        block(sample.at("/params/1")),
                        Address.fromHex(sample.at("/params/0/to").asText()))
                    != null);
  }

  /** Logs of one contract in the whole chain. */
  JsonNode logsSample() {
    return sample(
        "eth_getLogs",
        sample ->
            sample.at("/params/0/fromBlock").asText().equals("0x0")
                && sample.at("/params/0/toBlock").asText().equals("latest")
                && sample.at("/params/0/address").isTextual()
                && !sample.at("/params/0").has("topics")
                && sample.path("result").size() > 1);
  }

  /** A balance that is not zero. */
  JsonNode balanceSample() {
    return sample("eth_getBalance", sample -> sample.path("result").asText().length() > 8);
  }

  /** Another account with storage than the one given. */
  Address otherContract(BlockHeader header, Bytes notAccountKey) {
    for (JsonNode sample : expected.path("rpc")) {
      if (sample.path("method").asText().equals("eth_getStorageAt")) {
        Address address = Address.fromHex(sample.at("/params/0").asText());
        Account account = executed.account(header, address);
        if (account != null
            && !address.hash().equals(notAccountKey)
            && !executed.storageProof(header, address, slotHash(UInt256.ZERO)).isEmpty()) {
          return address;
        }
      }
    }
    throw new AssertionError("no other contract with storage");
  }

  /**
   * A client that has the first header and the last ones, and trusts the newest section between.
   */
  Bench jumped() {
    MemoryStores stores = new MemoryStores();
    List<HeaderChain.Head> heads =
        LongStream.concat(LongStream.of(0), LongStream.rangeClosed(covered, chain.headNumber()))
            .mapToObj(n -> new HeaderChain.Head(chain.header(n), chain.totalDifficulty(n)))
            .toList();
    stores.write(
        heads, heads.stream().map(HeaderChain.Head::header).toList(), 1, 0, heads.getLast());
    TrustedSections trusted = new TrustedSections(new MemorySections(), SECTIONS);
    trusted.registerTrusted(tries.entries().getLast());
    return new Bench(chain, stores, SealCheck.SKIP, trusted);
  }

  /** A client that starts at a checkpoint which an oracle's signers vouch for. */
  Bench trustingAnOracle() {
    OracleConfig oracle =
        new OracleConfig(ORACLE, Set.of(Address.fromHex("0x" + "0d".repeat(20))), 1);
    return Bench.following(
        chain,
        new SyncPolicy(
            new CheckpointPolicy(Optional.empty(), false, Optional.of(oracle)), Optional.empty()),
        SECTIONS);
  }

  /** A client that has all but the last of the followed headers and trusts its two servers. */
  Bench ultraLight() {
    Bench probe = new Bench(followed);
    Set<NodeId> servers = Set.of(probe.server("liar").id(), probe.server("honest").id());
    return new Bench(
        followed,
        synced(followed.upTo(FOLLOWED - 1)),
        SealCheck.SKIP,
        new TrustedSections(new MemorySections(), SECTIONS),
        TxJournal.NONE,
        new SyncPolicy(
            CheckpointPolicy.FROM_GENESIS, Optional.of(new TrustedServers(servers, 50))));
  }

  /** A store that has all headers of a chain already. */
  static MemoryStores synced(ServedChain served) {
    MemoryStores stores = new MemoryStores();
    List<HeaderChain.Head> heads = new ArrayList<>();
    List<BlockHeader> headers = new ArrayList<>();
    UInt256 sum = UInt256.ZERO;
    for (long number = 0; number <= served.headNumber(); number++) {
      BlockHeader header = served.header(number);
      sum = sum.add(header.difficulty());
      heads.add(new HeaderChain.Head(header, sum));
      headers.add(header);
    }
    stores.write(heads, headers, 1, 0, heads.getLast());
    return stores;
  }

  /** The key of a slot in a storage trie. */
  static Bytes32 slotHash(UInt256 slot) {
    return Keccak.keccak256(slot);
  }

  /** An account in words that can be compared. */
  static String text(@Nullable Account account) {
    return account == null ? "none" : account.toString();
  }

  static String quantity(UInt256 value) {
    String hex = value.toShortHexString().toLowerCase(Locale.ROOT);
    return Objects.equals(hex, "0x") ? "0x0" : hex;
  }
}
