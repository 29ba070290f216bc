package io.lesnode.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.app.node.NodeFailure;
import io.lesnode.benchmarks.load.LoadResult.GroupResult;
import io.lesnode.benchmarks.load.LoadResult.ShapeResult;
import io.lesnode.chain.blocks.Blockchain;
import io.lesnode.chain.consensus.SealCheck;
import io.lesnode.chain.store.ChainStore;
import io.lesnode.chain.store.GcMode;
import io.lesnode.chain.store.StoreOptions;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.P2pConfig;
import io.lesnode.devp2p.P2pServer;
import io.lesnode.les.server.LesServer;
import io.lesnode.les.server.LesServerConfig;
import io.lesnode.les.server.StoredChain;
import io.lesnode.les.server.TransactionRelay;
import io.lesnode.primitives.Block;
import io.lesnode.primitives.Transaction;
import io.lesnode.primitives.config.Genesis;
import io.lesnode.primitives.crypto.KeyPair;
import io.lesnode.primitives.rlp.RlpReader;
import io.lesnode.primitives.testing.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.tuweni.bytes.Bytes;
import org.apache.tuweni.bytes.Bytes32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Load on our own server, which serves a chain that geth made. */
class LoadServedTest {

  private static final TransactionRelay NO_POOL =
      new TransactionRelay() {
        @Override
        public long status(Bytes32 hash) {
          return 0;
        }

        @Override
        public Optional<String> add(Transaction transaction) {
          return Optional.of("refused");
        }
      };

  @TempDir private static Path directory;

  private static ChainStore store;
  private static Blockchain chain;
  private static LesServer les;
  private static P2pServer node;

  @BeforeAll
  static void serve() throws IOException {
    Path folder = Vectors.folder("chains").resolve("london-small");
    KeyPair key = KeyPair.ofSecret(Bytes32.fromHexStringLenient("0x78"));
    store = ChainStore.open(directory.resolve("chain"), StoreOptions.defaults(GcMode.ARCHIVE));
    chain =
        Blockchain.open(
            store,
            Genesis.read(folder.resolve("genesis.json")),
            SealCheck.SKIP,
            InstantSource.system());
    try (InputStream in = Vectors.open(folder.resolve("chain.rlp"))) {
      List<Block> blocks = new ArrayList<>();
      RlpReader reader = RlpReader.of(Bytes.wrap(in.readAllBytes()));
      while (!reader.isComplete()) {
        blocks.add(Block.decode(reader.readRaw()));
      }
      chain.submit(blocks).join();
    }
    les =
        LesServer.start(
            LesServerConfig.builder(chain.config().chainId().toLong(), 400, 20).build(),
            new StoredChain(chain, true),
            NO_POOL,
            key);
    node =
        P2pServer.start(
            P2pConfig.builder(key, "server")
                .listenAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .build(),
            List.of(les));
  }

  @AfterAll
  static void end() {
    node.close();
    les.close();
    chain.close();
    store.close();
  }

  private static LoadPlan.Builder plan(LoadGroup... groups) {
    return LoadPlan.builder(node.self())
        .groups(List.of(groups))
        .warmup(Duration.ZERO)
        .duration(Duration.ofMillis(900))
        .timeout(Duration.ofSeconds(30))
        .decodesReplies(true);
  }

  private static void assertServed(GroupResult result) {
    for (ShapeResult shape : result.shapes()) {
      assertThat(shape.answered()).as(shape.shape() + " answered").isPositive();
      assertThat(shape.failures()).as(shape.shape() + " failures").isZero();
      assertThat(shape.response().getTotalCount()).isGreaterThanOrEqualTo(shape.answered());
      if (shape.shape().kind() != LoadKind.PROOFS && shape.shape().kind() != LoadKind.STORAGE) {
        assertThat(shape.items()).isEqualTo(shape.answered() * shape.shape().amount());
      }
    }
    assertThat(result.bufferViolations()).isZero();
    assertThat(result.freezes()).isZero();
    assertThat(result.strangeReplies()).isZero();
    assertThat(result.disconnects()).isEmpty();
    assertThat(result.wireInBytes()).isPositive();
    assertThat(result.wireOutBytes()).isPositive();
  }

  @Test
  void everyKindIsAskedForAndCounted() {
    RequestMix mix =
        RequestMix.parse(
            "headers:1,headers:16,bodies:1,bodies:4,receipts:1,receipts:4,code:1,code:4,proofs:1,"
                + "proofs:16,storage:1,storage:4,txstatus:1,txstatus:16");
    LoadResult result =
        LoadRun.run(plan(new LoadGroup("all", 4, mix, 4, 0, true)).build(), LoadProgress.SILENT);

    assertThat(result.headNumber()).isEqualTo(chain.head().number());
    assertThat(result.serverName()).isEqualTo("server");
    assertThat(result.serverVersion()).isEqualTo(4);
    assertThat(result.cutShort()).isFalse();
    assertServed(result.groups().getFirst());
  }

  @Test
  void aNamedMixLeavesOutWhatTheChainLacksAndSaysSo() {
    LoadGroup wallets = new LoadGroup("wallets", 2, RequestMix.parse("mainnet"), 2, 0, true);
    LoadResult result = LoadRun.run(plan(wallets).build(), LoadProgress.SILENT);

    assertThat(result.notes())
        .anySatisfy(note -> assertThat(note).startsWith("cht:11 is left out of wallets"));
    assertThat(result.groups().getFirst().shapes())
        .noneMatch(shape -> shape.shape().kind() == LoadKind.CHT)
        .anyMatch(shape -> shape.shape().kind() == LoadKind.STORAGE);
  }

  @Test
  void anExplicitMixThatCannotBeAskedIsOneLine() {
    LoadPlan plan = plan(new LoadGroup("g", 1, RequestMix.parse("cht:1"), 1, 0, true)).build();

    assertThatThrownBy(() -> LoadRun.run(plan, LoadProgress.SILENT))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure ->
                assertThat(failure.line())
                    .startsWith("--mix cht:1 cannot be asked: ")
                    .contains("no finished section"));
  }

  @Test
  void groupsRunTogetherAndTheirClientsAreKnownBeforehand() {
    LoadGroup paced = new LoadGroup("paced", 3, RequestMix.parse("headers:4"), 1, 60, true);
    LoadGroup greedy = new LoadGroup("greedy", 2, RequestMix.parse("proofs:2"), 8, 0, true);
    LoadPlan plan = plan(paced, greedy).seed(77).threads(2).build();
    TreeSet<String> connected = new TreeSet<>();
    LoadResult result =
        LoadRun.run(
            plan,
            new LoadProgress() {
              @Override
              public void onConnected(int ready, int wanted) {
                assertThat(ready).isEqualTo(wanted).isEqualTo(5);
                node.peers().forEach(peer -> connected.add(peer.nodeId().toHex()));
              }
            });

    List<String> expected = new ArrayList<>();
    paced.nodeIds(77).stream().map(NodeId::toHex).forEach(expected::add);
    greedy.nodeIds(77).stream().map(NodeId::toHex).forEach(expected::add);
    assertThat(connected).containsAll(expected);
    result.groups().forEach(LoadServedTest::assertServed);
    long wanted =
        result.groups().getFirst().shapes().stream()
            .mapToLong(shape -> shape.sent() + shape.neverSent())
            .sum();
    assertThat((double) wanted)
        .as("an open loop wants what it was told to want")
        .isBetween(60 * result.measuredSeconds() - 6, 60 * result.measuredSeconds() + 6);
  }

  @Test
  void givenAddressesAreAskedForAndAWrongLineIsNamed() throws IOException {
    Path file = directory.resolve("addresses.txt");
    Files.writeString(file, "# none\n0x00000000000000000000000000000000000000zz\n");
    LoadGroup group = new LoadGroup("g", 1, RequestMix.parse("proofs:1"), 1, 0, true);

    assertThatThrownBy(() -> LoadRun.run(plan(group).addresses(file).build(), LoadProgress.SILENT))
        .isInstanceOfSatisfying(
            NodeFailure.class,
            failure -> assertThat(failure.line()).contains("addresses.txt, line 2"));

    Files.writeString(file, "0x0000000000000000000000000000000000000007 0x1 2 # a comment\n");
    ChainSample sample = LoadRun.look(plan(group).addresses(file).build());
    assertThat(sample.accounts().getFirst().address())
        .isEqualTo(Bytes.fromHexString("0x0000000000000000000000000000000000000007"));
  }

  @Test
  void aRunThatIsCutShortGivesWhatItHas() {
    LoadGroup group = new LoadGroup("g", 1, RequestMix.parse("headers:1"), 2, 0, true);
    LoadRun[] runs = new LoadRun[1];
    LoadProgress cutting =
        new LoadProgress() {
          @Override
          public void onSecond(
              double elapsedSeconds,
              int connected,
              java.util.Map<String, LoadProgress.Interval> groups) {
            runs[0].cutShort();
          }
        };
    runs[0] = new LoadRun(plan(group).duration(Duration.ofMinutes(30)).build(), cutting);
    LoadResult result = runs[0].run();

    assertThat(result.cutShort()).isTrue();
    assertThat(result.replies()).isPositive();
    assertThat(result.measuredSeconds()).isLessThan(1_000);
  }

  @Test
  void handshakesAreCounted() {
    HandshakeRun.Result result = HandshakeRun.run(node.self(), 20, 2, 5);

    assertThat(result.done()).isEqualTo(20);
    assertThat(result.failures()).isEmpty();
    assertThat(result.latencies().getTotalCount()).isEqualTo(20);
  }

  @Test
  void idleClientsAreHeld() {
    LoadGroup group = new LoadGroup("idle", 6, RequestMix.parse("headers:1"), 1, 0, true);
    LoadPlan plan = plan(group).duration(Duration.ofMillis(200)).build();
    LoadRun.Held held = new LoadRun(plan, LoadProgress.SILENT).hold();

    assertThat(held.connected()).isEqualTo(6);
    assertThat(held.atEnd()).isEqualTo(6);
  }
}
