package io.lesnode.les.client;

import static io.lesnode.les.client.Bench.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.index.CheckpointEntry;
import io.lesnode.chain.index.CheckpointSignatures;
import io.lesnode.chain.index.OracleConfig;
import io.lesnode.chain.index.Sections;
import io.lesnode.les.client.checkpoint.CheckpointPolicy;
import io.lesnode.les.wire.HashOrNumber;
import io.lesnode.les.wire.LesMessage;
import io.lesnode.les.wire.LesVersion;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.Log;
import io.lesnode.primitives.Receipt;
import io.lesnode.primitives.TransactionType;
import io.lesnode.primitives.crypto.Keccak;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.apache.tuweni.rlp.RLP;
import org.apache.tuweni.units.bigints.UInt256;
import org.junit.jupiter.api.Test;

/**
 * Where a synchronisation begins: the scenarios of geth's les/sync_test.go, with sections of 128
 * blocks as there.
 */
final class CheckpointSyncTest {
  private static final Sections SECTIONS = new Sections(128, 8);
  private static final Address ORACLE = Address.fromHex("0x" + "0c".repeat(20));
  private static final KeyPair SIGNER = KeyPair.ofSecret(Bytes32.repeat((byte) 7));
  private static final KeyPair SECOND_SIGNER = KeyPair.ofSecret(Bytes32.repeat((byte) 8));
  private static final KeyPair STRANGER = KeyPair.ofSecret(Bytes32.repeat((byte) 9));
  private static final OracleConfig TWO_OF_TWO =
      new OracleConfig(
          ORACLE,
          Set.of(
              Address.ofPublicKey(SIGNER.publicKey()),
              Address.ofPublicKey(SECOND_SIGNER.publicKey())),
          2);

  private final ForgedChain base = ForgedChain.genesis().extended(2 * 128 + 8);
  private final ServedSections tries = new ServedSections(base.served(), SECTIONS);
  private final CheckpointEntry first = tries.entries().get(0);

  private static SyncPolicy policy(CheckpointPolicy checkpoints) {
    return new SyncPolicy(checkpoints, Optional.empty());
  }

  private static SyncPolicy configured(CheckpointEntry entry) {
    return policy(new CheckpointPolicy(Optional.of(entry), true, Optional.empty()));
  }

  private static SyncPolicy judgedBy(OracleConfig oracle) {
    return policy(new CheckpointPolicy(Optional.empty(), false, Optional.of(oracle)));
  }

  private static long lowestFetched(FakeServer server) {
    return server.received().stream()
        .filter(LesMessage.GetBlockHeaders.class::isInstance)
        .map(LesMessage.GetBlockHeaders.class::cast)
        .filter(request -> request.amount() > 1)
        .filter(request -> request.origin() instanceof HashOrNumber.OfNumber)
        .mapToLong(request -> ((HashOrNumber.OfNumber) request.origin()).number())
        .min()
        .orElse(-1);
  }

  /** TestSyncFromConfiguredCheckpoint: from block 127 to the head. */
  @Test
  void aConfiguredCheckpointIsWhereTheChainGoesOn() {
    ServedChain chain = base.served();
    Bench bench = Bench.following(chain, configured(first), SECTIONS);
    FakeServer server = bench.server("honest").helperTries(tries);
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    bench.loop.runFor(SECOND);

    assertThat(changes.getFirst().head()).isEqualTo(base.header(127));
    assertThat(lowestFetched(server)).isEqualTo(128);
    assertThat(bench.client.totalDifficulty(chain.head().hash()))
        .contains(chain.head().totalDifficulty());
    assertThat(bench.client.header(100)).isEmpty();
    assertThat(bench.client.headerAt(100).orElseThrow()).contains(base.header(100));
    assertThat(bench.client.status()).isEqualTo(new SyncStatus.Synced(chain.headNumber(), 1));
  }

  /** TestSyncAll: whatever the server advertises. */
  @Test
  void fromGenesisMeansEveryHeader() {
    ServedChain chain = base.served();
    Bench bench = Bench.following(chain, SyncPolicy.PLAIN, SECTIONS);
    FakeServer server = bench.server("honest").helperTries(tries).advertising(first, 140);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());

    assertThat(lowestFetched(server)).isEqualTo(1);
    assertThat(bench.client.header(100)).contains(base.header(100));
  }

  /** TestCheckpointSyncing: the votes in the logs of the block of registration decide. */
  @Test
  void anAdvertisedCheckpointIsTakenWhenItsSignersVouchForIt() {
    ForgedChain voted = base.with(votes(first, SIGNER, SECOND_SIGNER)).extended(1);
    ServedChain chain = voted.served();
    Bench bench = Bench.following(chain, judgedBy(TWO_OF_TWO), SECTIONS);
    FakeServer server =
        bench.server("honest").helperTries(tries).advertising(first, base.height() + 1);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());

    assertThat(lowestFetched(server)).isEqualTo(128);
    assertThat(bench.client.headerAt(5).orElseThrow()).contains(base.header(5));
  }

  @Test
  void aCheckpointWithoutEnoughVotesCostsTheServerItsConnection() {
    CheckpointEntry other =
        new CheckpointEntry(0, first.sectionHead(), first.chtRoot(), Bytes32.ZERO);
    assertRefused(votes(first, SIGNER), first);
    assertRefused(votes(first, SIGNER, SIGNER), first);
    assertRefused(votes(first, SIGNER, STRANGER), first);
    assertRefused(votes(other, SIGNER, SECOND_SIGNER), first);
    assertRefused(votes(first, SIGNER, SECOND_SIGNER), other);
    assertRefused(List.of(), first);
  }

  private void assertRefused(List<Receipt> receipts, CheckpointEntry advertised) {
    ServedChain chain = base.with(receipts).extended(1).served();
    Bench bench = Bench.following(chain, judgedBy(TWO_OF_TWO), SECTIONS);
    FakeServer server =
        bench.server("liar").helperTries(tries).advertising(advertised, base.height() + 1);
    server.connectTo(bench.engine);
    bench.loop.runFor(5 * SECOND);

    assertThat(server.isConnected()).isFalse();
    assertThat(bench.client.head().number()).isZero();
    assertThat(bench.client.status().message()).contains("checkpoint");

    bench.server("honest").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
  }

  @Test
  void receiptsThatAreNotThoseOfTheBlockProveNothing() {
    ForgedChain voted = base.with(votes(first, SIGNER)).extended(1);
    List<Receipt> made = votes(first, SIGNER, SECOND_SIGNER);
    ServedChain chain = voted.served();
    Bench bench = Bench.following(chain, judgedBy(TWO_OF_TWO), SECTIONS);
    FakeServer server =
        bench.server("liar").helperTries(tries).advertising(first, base.height() + 1);
    server.script(
        (request, honest) ->
            request instanceof LesMessage.GetReceipts
                ? new LesMessage.Receipts(
                    request.requestId(), FakeServer.BUFFER_LIMIT, List.of(encodedReceipts(made)))
                : honest);
    server.connectTo(bench.engine);
    bench.loop.runFor(20 * SECOND);

    assertThat(bench.client.head().number()).isZero();
    assertThat(server.isConnected()).isFalse();
  }

  private static Bytes encodedReceipts(List<Receipt> receipts) {
    return RLP.encodeList(list -> receipts.forEach(receipt -> list.writeRLP(receipt.encoded())));
  }

  /** TestMissOracleBackend: without an oracle the configured checkpoint, or plain. */
  @Test
  void withoutAnOracleAnAdvertisedCheckpointIsIgnored() {
    ServedChain chain = base.served();
    CheckpointPolicy none = new CheckpointPolicy(Optional.empty(), false, Optional.empty());
    Bench plain = Bench.following(chain, policy(none), SECTIONS);
    FakeServer server = plain.server("honest").helperTries(tries).advertising(first, 140);
    server.connectTo(plain.engine);
    plain.runUntilHead(chain.head());
    assertThat(lowestFetched(server)).isEqualTo(1);

    CheckpointPolicy known = new CheckpointPolicy(Optional.of(first), false, Optional.empty());
    Bench legacy = Bench.following(chain, policy(known), SECTIONS);
    FakeServer again = legacy.server("honest").helperTries(tries).advertising(second(), 260);
    again.connectTo(legacy.engine);
    legacy.runUntilHead(chain.head());
    assertThat(lowestFetched(again)).isEqualTo(128);
  }

  private CheckpointEntry second() {
    return tries.entries().get(1);
  }

  @Test
  void theHigherOfConfiguredAndSignedIsTaken() {
    ForgedChain voted = base.with(votes(second(), SIGNER, SECOND_SIGNER)).extended(20);
    ServedChain chain = voted.served();
    CheckpointPolicy both =
        new CheckpointPolicy(Optional.of(first), false, Optional.of(TWO_OF_TWO));
    Bench bench = Bench.following(chain, policy(both), SECTIONS);
    FakeServer server =
        bench.server("honest").helperTries(tries).advertising(second(), base.height() + 1);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    assertThat(lowestFetched(server)).isEqualTo(256);

    CheckpointPolicy higher =
        new CheckpointPolicy(Optional.of(second()), false, Optional.of(TWO_OF_TWO));
    Bench local = Bench.following(chain, policy(higher), SECTIONS);
    FakeServer lower =
        local.server("honest").helperTries(tries).advertising(first, base.height() + 1);
    lower.connectTo(local.engine);
    local.runUntilHead(chain.head());
    assertThat(lowestFetched(lower)).isEqualTo(256);
  }

  @Test
  void aServerBelowTheCheckpointIsFollowedHeaderByHeader() {
    ServedChain chain = base.upTo(90).served();
    Bench bench = Bench.following(chain, configured(first), SECTIONS);
    bench.server("young").connectTo(bench.engine);
    bench.runUntilHead(chain.head());
  }

  @Test
  void aServerThatCannotProveTheCheckpointIsReplaced() {
    ServedChain chain = base.served();
    Bench bench = Bench.following(chain, configured(first), SECTIONS);
    FakeServer bare = bench.server("bare");
    bare.connectTo(bench.engine);
    bench.loop.runFor(3 * SECOND);
    assertThat(bench.client.status()).isInstanceOf(SyncStatus.Jumping.class);

    bench.server("honest").helperTries(tries).connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    assertThat(bench.client.header(100)).isEmpty();
  }

  @Test
  void ourOwnHeadersBelowTheCheckpointAreKeptIfItProvesThem() {
    ServedChain chain = base.served();
    Bench bench = Bench.following(chain, configured(first), SECTIONS);
    FakeServer server = bench.server("growing", base.upTo(90).served(), LesVersion.LES4);
    server.connectTo(bench.engine);
    bench.runUntilHead(base.upTo(90).served().head());
    server.helperTries(tries).announce(chain, 0);
    bench.runUntilHead(chain.head());

    assertThat(bench.client.header(90)).contains(base.header(90));
    assertThat(bench.client.header(91)).isEmpty();
  }

  @Test
  void headersThatTheCheckpointDisprovesAreLeft() {
    ForgedChain wrong = base.upTo(20).extended(60, 13, (byte) 3);
    Bench bench = Bench.following(wrong.served(), configured(first), SECTIONS);
    FakeServer liar = bench.server("wrong");
    liar.connectTo(bench.engine);
    bench.runUntilHead(wrong.served().head());
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);

    bench
        .server("honest", base.served(), LesVersion.LES4)
        .helperTries(tries)
        .connectTo(bench.engine);
    bench.runUntilHead(base.served().head());
    bench.loop.runFor(SECOND);

    assertThat(changes.getFirst().retracted()).contains(wrong.header(80), wrong.header(21));
    assertThat(bench.client.header(50).map(BlockHeader::hash)).isEmpty();
    assertThat(bench.client.headerAt(50).orElseThrow()).contains(base.header(50));
  }

  /** Clique: from the last epoch block (epoch 30) at or below the end of the section. */
  @Test
  void underCliqueTheChainGoesOnFromAnEpochBlock() {
    ServedChain chain = ServedChain.named("clique-small", "chain");
    ServedSections cliqueTries = new ServedSections(chain, SECTIONS);
    CheckpointEntry section = cliqueTries.entries().get(1);
    Bench bench = Bench.following(chain, configured(section), SECTIONS);
    FakeServer server = bench.server("honest").helperTries(cliqueTries);
    List<HeadChange> changes = new ArrayList<>();
    bench.client.onHead(changes::add);
    server.connectTo(bench.engine);
    bench.runUntilHead(chain.head());
    bench.loop.runFor(SECOND);

    assertThat(changes.getFirst().head().number()).isEqualTo(240);
    assertThat(lowestFetched(server)).isEqualTo(241);
    assertThat(bench.client.totalDifficulty(chain.head().hash()))
        .contains(chain.head().totalDifficulty());
  }

  @Test
  void aRestartRemembersWhereTheChainBegan() {
    ServedChain chain = base.served();
    MemoryStores stores = new MemoryStores();
    TrustedSections trusted = new TrustedSections(new MemorySections(), SECTIONS);
    SyncPolicy policy = configured(first);
    Bench bench = bench(base.upTo(200).served(), stores, trusted, policy);
    bench.server("honest").helperTries(tries).connectTo(bench.engine);
    bench.runUntilHead(base.upTo(200).served().head());

    Bench again = bench(chain, stores, trusted, policy);
    assertThat(again.client.head().number()).isEqualTo(200);
    FakeServer server = again.server("honest").helperTries(tries);
    server.connectTo(again.engine);
    again.runUntilHead(chain.head());
    assertThat(lowestFetched(server)).isGreaterThanOrEqualTo(128);

    ForgedChain longFork = base.upTo(100).extended(300, 1, (byte) 5);
    FakeServer liar = again.server("fork", longFork.served(), LesVersion.LES4);
    liar.connectTo(again.engine);
    again.loop.runFor(60 * SECOND);
    assertThat(again.client.head()).isEqualTo(base.header(base.height()));
    assertThat(liar.isConnected()).isFalse();
  }

  private static Bench bench(
      ServedChain chain, MemoryStores stores, TrustedSections trusted, SyncPolicy policy) {
    return new Bench(chain, stores, SealCheck.SKIP, trusted, TxJournal.NONE, policy);
  }

  /** The logs that the oracle's contract writes when a checkpoint is registered. */
  private static List<Receipt> votes(CheckpointEntry entry, KeyPair... signers) {
    List<Log> logs = new ArrayList<>();
    Bytes32 topic =
        Keccak.keccak256(
            Bytes.wrap(
                "NewCheckpointVote(uint64,bytes32,uint8,bytes32,bytes32)"
                    .getBytes(StandardCharsets.US_ASCII)));
    for (KeyPair signer : signers) {
      Bytes signature =
          signer
              .sign(CheckpointSignatures.digest(ORACLE, entry.sectionIndex(), entry.hash()))
              .toBytes65();
      logs.add(
          new Log(
              ORACLE,
              List.of(topic, Bytes32.leftPad(Bytes.ofUnsignedLong(entry.sectionIndex()))),
              Bytes.concatenate(
                  entry.hash(), UInt256.valueOf(27 + signature.get(64)), signature.slice(0, 64))));
    }
    return List.of(Receipt.withStatus(TransactionType.LEGACY, true, 21_000, logs));
  }
}
