package io.lesnode.devp2p.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.lesnode.devp2p.discovery.table.KnownNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks of nodes in virtual time: who starts with one node finds the others. */
class SimulatedDiscoveryTest {

  private static List<SimNode> network(SimNetwork network, SimNode.Protocol protocol, int size) {
    List<SimNode> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      var endpoint = SimNetwork.at("10.0." + i / 200 + "." + (i % 200 + 1), 30303);
      var seeds =
          nodes.isEmpty() ? List.<KnownNode>of() : List.of(nodes.getFirst().withoutRecord());
      nodes.add(new SimNode(network, protocol, endpoint, i, seeds, Map.of()));
    }
    nodes.forEach(SimNode::start);
    return nodes;
  }

  @ParameterizedTest
  @EnumSource(SimNode.Protocol.class)
  void everyNodeFindsEveryOtherFromOneStartingNode(SimNode.Protocol protocol) {
    SimNetwork network = new SimNetwork(7);
    List<SimNode> nodes = network(network, protocol, 8);

    network.run(40_000);

    for (SimNode node : nodes) {
      assertThat(node.found).as("found by %s", node.endpoint).hasSize(7);
      assertThat(node.table.liveCount()).isEqualTo(7);
    }
  }

  @ParameterizedTest
  @EnumSource(SimNode.Protocol.class)
  void findsMostOfALargerNetworkThoughPacketsAreLost(SimNode.Protocol protocol) {
    SimNetwork network = new SimNetwork(8);
    network.lose(20);
    List<SimNode> nodes = network(network, protocol, 10);

    network.run(60_000);

    for (SimNode node : nodes) {
      assertThat(node.found).as("found by %s", node.endpoint).hasSizeGreaterThan(5);
    }
  }

  @ParameterizedTest
  @EnumSource(SimNode.Protocol.class)
  void whoIsGoneIsForgotten(SimNode.Protocol protocol) {
    SimNetwork network = new SimNetwork(9);
    List<SimNode> nodes = network(network, protocol, 6);
    network.run(20_000);
    nodes.forEach(node -> node.hungry = false);
    SimNode gone = nodes.get(3);
    network.disconnect(gone.endpoint);

    network.run(300_000);

    for (SimNode node : nodes) {
      if (node != gone) {
        assertThat(node.table.node(gone.known().hash())).isEmpty();
        assertThat(node.table.liveCount()).isEqualTo(4);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(SimNode.Protocol.class)
  void whoHasNoStartingNodesContactsNobody(SimNode.Protocol protocol) {
    SimNetwork network = new SimNetwork(10);
    SimNode alone =
        new SimNode(network, protocol, SimNetwork.at("10.0.0.1", 30303), 1, List.of(), Map.of());
    alone.start();

    network.run(3_600_000);

    assertThat(network.takeSent()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(SimNode.Protocol.class)
  void aStartingNodeThatIsDownIsAskedAgainEverLessOften(SimNode.Protocol protocol) {
    SimNetwork network = new SimNetwork(11);
    SimNode late =
        new SimNode(network, protocol, SimNetwork.at("10.0.0.1", 30303), 1, List.of(), Map.of());
    network.disconnect(late.endpoint);
    SimNode early =
        new SimNode(
            network,
            protocol,
            SimNetwork.at("10.0.0.2", 30303),
            2,
            List.of(late.withoutRecord()),
            Map.of());
    early.start();

    network.run(3_600_000);

    assertThat(network.takeSent().size()).isBetween(10, 40);
  }
}
