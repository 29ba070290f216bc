package io.lesnode.devp2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.table.KnownNode;
import io.lesnode.devp2p.enr.NodeRecord;
import io.lesnode.primitives.crypto.KeyPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.tuweni.bytes.Bytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our record and what is remembered between runs. */
class LocalRecordTest {
  private static final KeyPair KEY = SimNode.keyOf(1);
  private static final Map<String, Bytes> ENTRIES = Map.of("les", Bytes.fromHexString("c101"));

  @TempDir Path folder;
  private final List<NodeRecord> told = new ArrayList<>();

  private LocalRecord record(Map<String, Bytes> entries, NodeRecord previous, long millis) {
    return new LocalRecord(KEY, entries, previous, millis, told::add);
  }

  @Test
  void everyChangeRaisesTheNumberAndNothingElseDoes() {
    LocalRecord record = record(ENTRIES, null, 1000);
    assertThat(record.get().seq()).isEqualTo(1000);

    record.set("eth", Bytes.fromHexString("c0"));
    record.set("eth", Bytes.fromHexString("c0"));
    record.setEndpoint(SimNetwork.at("127.0.0.1", 1).getAddress(), 30303, 30304);
    record.setEndpoint(SimNetwork.at("127.0.0.1", 1).getAddress(), 30303, 30304);

    assertThat(told.stream().map(NodeRecord::seq)).containsExactly(1000L, 1001L, 1002L);
    assertThat(record.get()).isEqualTo(told.getLast());
    assertThat(record.get().udp()).hasValue(30304);
    assertThat(NodeRecord.parse(record.get().toText())).isEqualTo(record.get());
  }

  @Test
  void theNumberSurvivesRestarts() {
    NodeRecord last = record(ENTRIES, null, 5000).get();

    assertThat(record(ENTRIES, last, 9000).get()).isEqualTo(last);
    assertThat(record(Map.of(), last, 9000).get().seq()).isEqualTo(9000);
    assertThat(record(Map.of(), last, 10).get().seq())
        .as("though the clock went back")
        .isEqualTo(5001);
  }

  @Test
  void theRecordOfAnotherKeyIsNotContinued() {
    NodeRecord other = NodeRecord.builder().seq(77_777).sign(SimNode.keyOf(2));
    assertThat(record(ENTRIES, other, 10).get().seq()).isEqualTo(10);
  }

  @Test
  void remembersItselfAndNodes() {
    NodeFile file = new NodeFile(folder.resolve("deep/discovery.txt"));
    assertThat(file.read()).isEqualTo(new NodeFile.Contents(null, List.of()));
    NodeRecord self = record(ENTRIES, null, 1).get();
    SimNetwork network = new SimNetwork(1);
    List<KnownNode> nodes = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      SimNode node =
          new SimNode(
              network,
              SimNode.Protocol.V4,
              SimNetwork.at(i % 2 == 0 ? "10.0.0." + (1 + i) : "fd00::" + i, 30303),
              10 + i,
              List.of(),
              Map.of());
      nodes.add(i % 3 == 0 ? node.known() : node.withoutRecord());
    }

    file.write(self, nodes);

    assertThat(file.read())
        .isEqualTo(new NodeFile.Contents(self, nodes.subList(0, NodeFile.NODES_MAX)));
  }

  @Test
  void readsADamagedFileAsFarAsItGoes() throws Exception {
    Path path = folder.resolve("discovery.txt");
    NodeRecord self = record(ENTRIES, null, 1).get();
    Files.writeString(
        path,
        "self "
            + self
            + "\nself enr:nonsense\nenode://"
            + "zz".repeat(64)
            + "@1.2.3.4:5\nenode://"
            + KEY.publicKey().toUnprefixedHexString()
            + "@a.name.to.look.up:30303\n"
            + "x".repeat(500_000));
    NodeFile.Contents contents = new NodeFile(path).read();
    assertThat(contents.self()).isEqualTo(self);
    assertThat(contents.nodes()).isEmpty();
  }

  @Test
  void looksAtAHundredPacketsASecondFromOneAddress() {
    PacketThrottle throttle = new PacketThrottle(0);
    var one = SimNetwork.at("1.1.1.1", 1).getAddress();
    int admitted = 0;
    for (int i = 0; i < 1000; i++) {
      admitted += throttle.admits(one, i) ? 1 : 0;
    }
    assertThat(admitted).isEqualTo(PacketThrottle.PER_SOURCE);
    assertThat(throttle.admits(SimNetwork.at("1.1.1.2", 1).getAddress(), 1000)).isTrue();
    assertThat(throttle.admits(one, 1_000_000_000)).isTrue();
    int others = 0;
    for (int i = 0; i < 5000; i++) {
      others +=
          throttle.admits(
                  SimNetwork.at("2." + i / 250 + "." + i % 250 + ".1", 1).getAddress(),
                  1_000_000_001)
              ? 1
              : 0;
    }
    assertThat(others).isEqualTo(PacketThrottle.TOTAL - 1);
  }
}
