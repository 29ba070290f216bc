package io.lesnode.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lesnode.chain.consensus.CliqueSnapshot;
import io.lesnode.devp2p.Capability;
import io.lesnode.devp2p.NodeInfo;
import io.lesnode.devp2p.PeerInfo;
import io.lesnode.primitives.Address;
import io.lesnode.primitives.BlockHeader;
import io.lesnode.primitives.config.ConsensusConfig;
import io.lesnode.primitives.crypto.Keccak;
import java.util.Map;
import java.util.function.Consumer;

/** The {@code net}, {@code web3}, {@code admin} and {@code clique} methods. */
final class NodeMethods {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final NodeBackend node;
  private final EthBackend chain;
  private final BlockLookup blocks;
  private final ObjectMapper mapper = new ObjectMapper();

  NodeMethods(NodeBackend node, EthBackend chain) {
    this.node = node;
    this.chain = chain;
    this.blocks = new BlockLookup(chain);
  }

  void register(Map<String, RpcMethod> methods) {
    methods.put("net_version", args -> JSON.textNode(Long.toUnsignedString(node.networkId())));
    methods.put("net_listening", args -> JSON.booleanNode(node.listening()));
    methods.put("net_peerCount", args -> EthJson.quantity(node.peers().size()));
    methods.put("web3_clientVersion", args -> JSON.textNode(node.clientVersion()));
    methods.put("web3_sha3", args -> EthJson.data(Keccak.keccak256(args.atMost(1).data(0))));
    methods.put("admin_nodeInfo", args -> nodeInfo());
    methods.put("admin_peers", args -> peers());
    methods.put("admin_addPeer", args -> withEnode(args, node::addPeer));
    methods.put("admin_removePeer", args -> withEnode(args, node::removePeer));
    methods.put("admin_addTrustedPeer", args -> withEnode(args, node::addTrustedPeer));
    methods.put("admin_removeTrustedPeer", args -> withEnode(args, node::removeTrustedPeer));
    methods.put("clique_getSnapshot", this::cliqueSnapshot);
    methods.put("clique_getSigners", this::cliqueSigners);
    methods.put("clique_getSnapshotAtHash", this::cliqueSnapshotAtHash);
  }

  private JsonNode nodeInfo() {
    NodeInfo info = node.nodeInfo();
    ObjectNode json = JSON.objectNode();
    json.put("id", info.id());
    json.put("name", info.name());
    json.put("enode", info.enode());
    if (!info.enr().isEmpty()) {
      json.put("enr", info.enr());
    }
    json.put("ip", info.ip());
    ObjectNode ports = json.putObject("ports");
    ports.put("discovery", info.discoveryPort());
    ports.put("listener", info.listenerPort());
    json.put("listenAddr", info.listenAddr());
    ObjectNode protocols = json.putObject("protocols");
    for (String name : info.protocols()) {
      ObjectNode protocol = protocols.putObject(name);
      BlockHeader head = chain.head();
      protocol.put("network", node.networkId());
      chain
          .totalDifficulty(head)
          .ifPresent(td -> protocol.put("difficulty", td.toUnsignedBigInteger()));
      chain.header(0).ifPresent(genesis -> protocol.set("genesis", EthJson.data(genesis.hash())));
      protocol.set("head", EthJson.data(head.hash()));
    }
    return json;
  }

  private JsonNode peers() {
    ArrayNode json = JSON.arrayNode();
    Map<String, Map<String, Object>> known = node.lesPeers();
    for (PeerInfo peer : node.peers()) {
      ObjectNode item = json.addObject();
      item.put("enode", peer.enode().toString());
      item.put("id", peer.id());
      item.put("name", peer.name());
      ArrayNode capabilities = item.putArray("caps");
      peer.caps().forEach(capabilities::add);
      ObjectNode network = item.putObject("network");
      network.put("localAddress", peer.localAddressText());
      network.put("remoteAddress", peer.remoteAddressText());
      network.put("inbound", peer.inbound());
      network.put("trusted", peer.trusted());
      network.put("static", peer.isStatic());
      ObjectNode protocols = item.putObject("protocols");
      for (Capability running : peer.running()) {
        ObjectNode protocol = protocols.putObject(running.name());
        protocol.put("version", running.version());
        Map<String, Object> details = known.getOrDefault(peer.id(), Map.of());
        details.forEach((name, value) -> protocol.set(name, mapper.valueToTree(value)));
      }
    }
    return json;
  }

  private static JsonNode withEnode(Arguments args, Consumer<String> action) {
    String url = args.atMost(1).string(0);
    try {
      action.accept(url);
    } catch (IllegalArgumentException unusable) {
      throw new RpcException("invalid enode: " + unusable.getMessage());
    }
    return JSON.booleanNode(true);
  }

  private JsonNode cliqueSnapshot(Arguments args) {
    return snapshot(cliqueHeader(args));
  }

  private JsonNode cliqueSnapshotAtHash(Arguments args) {
    return snapshot(
        chain.header(args.atMost(1).hash(0)).orElseThrow(() -> new RpcException("unknown block")));
  }

  private JsonNode cliqueSigners(Arguments args) {
    ArrayNode json = JSON.arrayNode();
    snapshotOf(cliqueHeader(args)).signers().forEach(s -> json.add(EthJson.address(s)));
    return json;
  }

  private BlockHeader cliqueHeader(Arguments args) {
    BlockSelector selector = args.atMost(1).has(0) ? args.blockNumber(0) : BlockSelector.Tag.LATEST;
    return blocks.header(selector).orElseThrow(() -> new RpcException("unknown block"));
  }

  private CliqueSnapshot snapshotOf(BlockHeader header) {
    return node.cliqueSnapshot(header)
        .orElseThrow(() -> new RpcException("this chain is not sealed by clique signers"));
  }

  private boolean beginsEpoch(long number) {
    return chain.chainConfig().consensus() instanceof ConsensusConfig.Clique clique
        && number % clique.epochLength() == 0;
  }

  private JsonNode snapshot(BlockHeader header) {
    CliqueSnapshot snapshot = snapshotOf(header);
    ObjectNode json = JSON.objectNode();
    json.put("number", snapshot.number());
    json.set("hash", EthJson.data(snapshot.hash()));
    ObjectNode signers = json.putObject("signers");
    for (Address signer : snapshot.signers()) {
      signers.putObject(signer.toHexString());
    }
    ObjectNode recents = json.putObject("recents");
    snapshot
        .recents()
        .forEach((number, signer) -> recents.set(number.toString(), EthJson.address(signer)));
    if (snapshot.votes().isEmpty() && beginsEpoch(snapshot.number())) {
      json.putNull("votes"); // as geth's fresh snapshot, whose list was never made
    } else {
      ArrayNode votes = json.putArray("votes");
      for (CliqueSnapshot.Vote vote : snapshot.votes()) {
        ObjectNode item = votes.addObject();
        item.set("signer", EthJson.address(vote.signer()));
        item.put("block", vote.block());
        item.set("address", EthJson.address(vote.address()));
        item.put("authorize", vote.authorize());
      }
    }
    ObjectNode tally = json.putObject("tally");
    snapshot
        .tally()
        .forEach(
            (address, count) -> {
              ObjectNode item = tally.putObject(address.toHexString());
              item.put("authorize", count.authorize());
              item.put("votes", count.votes());
            });
    return json;
  }
}
