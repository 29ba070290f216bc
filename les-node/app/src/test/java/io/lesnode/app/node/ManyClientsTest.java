package io.lesnode.app.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.les.client.LightClient;
import io.lesnode.les.client.RetrievalException;
import io.lesnode.les.client.RetrievalFailure;
import io.lesnode.primitives.BlockHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Light clients of several chains in one process: side by side, asked by futures, closed. */
class ManyClientsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final List<AutoCloseable> open = new ArrayList<>();

  private FullNode serve(VectorChain vector, String name) {
    vector.importInto(folder.resolve(name));
    FullNode node = FullNode.start(vector.server(folder.resolve(name)));
    open.add(node);
    return node;
  }

  private LightClient client(VectorChain vector, FullNode server) throws Exception {
    return LightClient.builder()
        .genesis(vector.folder().resolve("genesis.json"))
        .server(server.endpoints().enode())
        .sealCheck(ChainFolder.sealCheck(vector.chain(folder)))
        .start();
  }

  private static Set<Thread> clientThreads() {
    Set<Thread> threads = new HashSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("light-") || thread.getName().startsWith("p2p-")) {
        threads.add(thread);
      }
    }
    return threads;
  }

  @Test
  void threeChainsAtOnceClosedInAnyOrder() throws Exception {
    List<VectorChain> vectors =
        VectorChain.all().stream()
            .filter(v -> v.toString().matches("(clique-small|forks-dao|reorg)/expected(-a)?.json"))
            .toList();
    Assumptions.assumeTrue(vectors.size() == 3, "skipped: three vector chains are needed");
    Set<Thread> before = clientThreads();
    List<FullNode> servers = new ArrayList<>();
    for (VectorChain vector : vectors) {
      servers.add(serve(vector, vector.folder().getFileName().toString()));
    }
    List<LightClient> clients = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      clients.add(client(vectors.get(i), servers.get(i)));
    }
    List<CompletableFuture<BlockHeader>> heads =
        clients.stream().map(each -> each.within(LIMIT).async().synced()).toList();
    for (int i = 0; i < 3; i++) {
      assertThat(heads.get(i).get().hash().toHexString())
          .isEqualTo(vectors.get(i).expected().at("/head/hash").asText());
    }
    for (int closed : new int[] {1, 0, 2}) {
      clients.get(closed).close();
      clients.get(closed).close();
      assertThat(clients.get(closed).body(clients.get(closed).genesis()))
          .as("an empty body needs no network")
          .isNotNull();
    }
    for (AutoCloseable node : open) {
      node.close();
    }
    Set<Thread> left = clientThreads();
    left.removeAll(before);
    for (Thread thread : left) {
      thread.join(Duration.ofSeconds(5));
    }
    assertThat(left.stream().filter(Thread::isAlive).map(Thread::getName))
        .as("threads that outlive their client")
        .isEmpty();
  }

  @Test
  void callersThatStopWaitingAreToldSo() throws Exception {
    try (DevChain chain = DevChain.start(folder.resolve("dev"));
        LightClient lonely = LightClient.builder().genesis(chain.genesis()).start()) {
      assertThatThrownBy(() -> lonely.within(Duration.ofMillis(50)).awaitSynced().orElseThrow())
          .isInstanceOf(RetrievalException.class)
          .hasMessageContaining("has no more time");
      CompletableFuture<BlockHeader> cancelled = lonely.async().synced();
      assertThat(cancelled.cancel(true)).isTrue();
      CompletableFuture<?> failed =
          lonely
              .within(Duration.ofMillis(50))
              .async()
              .account(lonely.head(), DevNode.FAUCET.address());
      assertThatThrownBy(() -> failed.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOfSatisfying(
              RetrievalException.class,
              e -> assertThat(e.failure()).isInstanceOf(RetrievalFailure.GivenUp.class));
      CompletableFuture<BlockHeader> waiting = lonely.async().synced();
      lonely.network().close();
      assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .hasMessageContaining("was closed");
    }
  }

  @Test
  void aClientWithoutADirectoryLeavesNothing() throws Exception {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DevChain chain = DevChain.start(folder.resolve("dev"))) {
      Set<Path> before = lightFolders(temporary);
      try (LightClient client =
          LightClient.builder().genesis(chain.genesis()).server(chain.enode()).start()) {
        client.within(LIMIT).awaitSynced().orElseThrow();
        assertThat(lightFolders(temporary)).hasSizeGreaterThan(before.size());
      }
      assertThat(lightFolders(temporary)).isEqualTo(before);
    }
    assertThatThrownBy(() -> LightClient.builder().start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("genesis");
  }

  private static Set<Path> lightFolders(Path temporary) throws Exception {
    try (Stream<Path> all = Files.list(temporary)) {
      return new HashSet<>(
          all.filter(path -> path.getFileName().toString().startsWith("les-light-")).toList());
    }
  }
}
