package io.lesnode.devp2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lesnode.devp2p.Enode;
import io.lesnode.devp2p.NodeId;
import io.lesnode.devp2p.discovery.dns.TestZone;
import io.lesnode.devp2p.discovery.dns.TreeUrl;
import io.lesnode.devp2p.discovery.table.AddressRules;
import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.discovery.table.NetworkRange;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole nodes on loopback sockets. */
class DiscoveryServiceTest {
  private static final Bytes LES = Bytes.fromHexString("c101");

  @TempDir Path folder;
  private final List<DiscoveryService> started = new ArrayList<>();

  /** Wants whoever has the entry {@code les}. */
  private static final class Seeker implements NodeSource {
    final BlockingQueue<Enode> found = new LinkedBlockingQueue<>();

    @Override
    public boolean wantsMore() {
      return true;
    }

    @Override
    public boolean accepts(NodeRecord record) {
      return record.entry("les").isPresent();
    }

    @Override
    public void onFound(Enode node, NodeRecord record) {
      found.add(node);
    }

    Enode next() throws InterruptedException {
      Enode next = found.poll(20, TimeUnit.SECONDS);
      assertThat(next).as("a node within 20 s").isNotNull();
      return next;
    }
  }

  private static DiscoveryConfig.Builder config(int seed) {
    return DiscoveryConfig.builder(SimNode.keyOf(seed), SimNetwork.at("127.0.0.1", 0))
        .tcpPort(30303)
        .rules(new AddressRules(NetworkRange.parseList("127.0.0.0/8")));
  }

  private DiscoveryService start(DiscoveryConfig.Builder config) throws IOException {
    DiscoveryService service = DiscoveryService.start(config.build());
    started.add(service);
    return service;
  }

  @AfterEach
  void close() {
    started.forEach(DiscoveryService::close);
  }

  private static KnownNode known(DiscoveryService service) {
    return KnownNode.of(service.nodeRecord()).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true"})
  void aSeekerFindsAServerThroughANodeThatIsNone(boolean v4, boolean v5) throws Exception {
    DiscoveryService boot = start(config(1).protocols(v4, v5));
    DiscoveryService server =
        start(config(2).protocols(v4, v5).entry("les", LES).bootnodes(List.of(known(boot))));
    Seeker seeker = new Seeker();
    start(config(3).protocols(v4, v5).bootnodes(List.of(known(boot))).source(seeker));

    Enode found = seeker.next();

    assertThat(found)
        .isEqualTo(
            new Enode(
                NodeId.of(SimNode.keyOf(2).publicKey()),
                server.listening().getAddress(),
                30303,
                server.listening().getPort()));
  }

  @Test
  void aChangedRecordIsFetchedAnewAndTalkReachesItsHandler() throws Exception {
    DiscoveryService server =
        start(config(2).talk("x", (node, from, request, reply) -> reply.accept(request.reverse())));
    Seeker seeker = new Seeker();
    DiscoveryService client = start(config(3).bootnodes(List.of(known(server))).source(seeker));
    NodeRecord before = server.nodeRecord();
    server.setEntry("les", LES);

    assertThat(server.nodeRecord().seq()).isEqualTo(before.seq() + 1);
    assertThat(seeker.next().nodeId().publicKey()).isEqualTo(SimNode.keyOf(2).publicKey());
    assertThat(client.talk(server.nodeRecord(), "x", Bytes.of(1, 2)).get(5, TimeUnit.SECONDS))
        .contains(Bytes.of(2, 1));
    assertThat(client.talk(server.nodeRecord(), "y", Bytes.of(1)).get(5, TimeUnit.SECONDS))
        .contains(Bytes.EMPTY);
    client.close();
    assertThat(client.talk(server.nodeRecord(), "x", Bytes.of(1)).get(5, TimeUnit.SECONDS))
        .isEqualTo(Optional.empty());
  }

  @Test
  void networksThatAreNotAllowedGetNoAnswer() throws Exception {
    DiscoveryService server =
        start(config(2).rules(new AddressRules(NetworkRange.parseList("10.0.0.0/8"))));
    DiscoveryService client = start(config(3));

    assertThat(client.talk(server.nodeRecord(), "x", Bytes.of(1)).get(5, TimeUnit.SECONDS))
        .isEmpty();
  }

  @Test
  void aNodeListInDnsNeedsNoStartingNode() throws Exception {
    KeyPair key = SimNode.keyOf(9);
    NodeRecord listed =
        NodeRecord.builder()
            .ip(SimNetwork.at("127.0.0.1", 1).getAddress())
            .tcp(30309)
            .entry("les", LES)
            .sign(key);
    var zone = new TestZone(SimNode.keyOf(8));
    TreeUrl url = zone.publish("list.example.org", 1, List.of(listed));
    Seeker seeker = new Seeker();
    start(config(3).trees(List.of(url)).resolver(zone).source(seeker));

    assertThat(seeker.next().endpoint()).contains(SimNetwork.at("127.0.0.1", 30309));
  }

  @Test
  void theRecordOfTheLastRunStaysValidUntilItChanges() throws Exception {
    Path file = folder.resolve("discovery.txt");
    DiscoveryService first = start(config(2).entry("les", LES).file(file));
    int port = first.listening().getPort();
    first.close();
    assertThat(Files.readString(file)).contains(first.nodeRecord().toText());

    DiscoveryConfig.Builder same =
        DiscoveryConfig.builder(SimNode.keyOf(2), SimNetwork.at("127.0.0.1", port))
            .tcpPort(30303)
            .file(file);
    DiscoveryService second = start(same.entry("les", LES));
    assertThat(second.nodeRecord()).isEqualTo(first.nodeRecord());
    second.close();
    DiscoveryService third = start(same.entry("eth", Bytes.fromHexString("c0")));
    assertThat(third.nodeRecord().seq()).isGreaterThan(first.nodeRecord().seq());
  }

  @Test
  void aTakenPortIsSaid() throws Exception {
    DiscoveryService one = start(config(1));
    assertThatThrownBy(
            () ->
                start(
                    DiscoveryConfig.builder(
                        SimNode.keyOf(2), SimNetwork.at("127.0.0.1", one.listening().getPort()))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("UDP 127.0.0.1, port " + one.listening().getPort());
  }
}
